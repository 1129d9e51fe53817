using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Seckill.Tests.Shared;

/// <summary>The program as a process of its own, which can be killed and started again on the same data and address.</summary>
internal sealed class SeckillProcess : IAsyncDisposable
{
    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(60);

    private readonly string _directory = Directory.CreateTempSubdirectory("seckill-process-").FullName;
    private readonly Dictionary<string, string?> _environment;
    private readonly HttpClient _http;
    private readonly List<string> _output = [];
    private Process? _process;

    /// <param name="redis">A connection string; null: the embedded store.</param>
    public SeckillProcess(string? redis, params (string Name, string Value)[] environment)
    {
        var port = FreePort();
        _http = new() { BaseAddress = new($"http://127.0.0.1:{port}"), Timeout = TimeSpan.FromSeconds(10) };
        _environment = new()
        {
            ["ASPNETCORE_ENVIRONMENT"] = "Production",
            ["ASPNETCORE_URLS"] = _http.BaseAddress!.ToString(),
            ["Data__Directory"] = Path.Combine(_directory, "data"),
            ["ConnectionStrings__Redis"] = redis ?? "",
            ["Gateway__Key"] = SeckillApp.GatewayKey,
            ["Admin__UserName"] = SeckillApp.AdminName,
            ["Admin__Password"] = SeckillApp.Password,
            ["Grabbing__TriesPerSecond"] = "1000",
        };
        foreach (var (name, value) in environment)
        {
            _environment[name] = value;
        }
    }

    public Caller Anybody => new(_http);

    public string Output
    {
        get
        {
            lock (_output)
            {
                return string.Join('\n', _output);
            }
        }
    }

    public Caller Shopper(long userId) => new(_http, ("Gateway-Key", SeckillApp.GatewayKey), ("User-Id", userId.ToString(CultureInfo.InvariantCulture)));

    public async Task<Caller> AdminAsync()
    {
        var signedIn = await Anybody.PostAsync("/api/users/login", new { userName = SeckillApp.AdminName, password = SeckillApp.Password });
        return new(_http, ("Authorization", $"Bearer {signedIn.Data.GetProperty("token").GetString()}"));
    }

    /// <summary>Starts, and waits until it is ready.</summary>
    public async Task StartAsync()
    {
        var start = new ProcessStartInfo("dotnet", ["exec", Path.Combine(AppContext.BaseDirectory, "Seckill.Web.dll")])
        {
            WorkingDirectory = _directory,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in _environment)
        {
            start.Environment[name] = value;
        }

        _process = Process.Start(start)!;
        _process.OutputDataReceived += Keep;
        _process.ErrorDataReceived += Keep;
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        var began = TimeProvider.System.GetTimestamp();
        while (!await IsReadyAsync())
        {
            if (_process.HasExited || TimeProvider.System.GetElapsedTime(began) > StartPatience)
            {
                throw new InvalidOperationException($"The program did not start:\n{Output}");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, TestHouse.Token);
        }
    }

    /// <summary>kill -9.</summary>
    public async Task KillAsync()
    {
        _process!.Kill();
        await _process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is { HasExited: false })
        {
            await KillAsync();
        }

        _process?.Dispose();
        _http.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    private async Task<bool> IsReadyAsync()
    {
        try
        {
            using var response = await _http.GetAsync(new Uri("/health/ready", UriKind.Relative), TestHouse.Token);
            return response.StatusCode == HttpStatusCode.OK;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private void Keep(object sender, DataReceivedEventArgs line)
    {
        lock (_output)
        {
            _output.Add(line.Data ?? "");
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
