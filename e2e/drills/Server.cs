using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Seckill.Tests.Shared;

namespace Seckill.Drills;

/// <summary>What the API answered.</summary>
/// <param name="Code">The envelope's; -1 when there was no answer that could be read.</param>
/// <param name="SaysWhen">Whether it has a <c>Retry-After</c>.</param>
internal readonly record struct Reply(int Code, JsonElement Data, TimeSpan Took, bool SaysWhen = false)
{
    public const int NoAnswer = -1;

    public string? Text(string name) => Data.ValueKind == JsonValueKind.Object && Data.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    public int? Number(string name) => Data.ValueKind == JsonValueKind.Object && Data.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetInt32() : null;
}

/// <summary>One process of the real program, which can be killed, frozen, and started again on the same data and address.</summary>
internal sealed class Server : IAsyncDisposable
{
    public const string GatewayKey = "a-gateway-key-for-drills";

    private const string AdminName = "admin";
    private const string AdminPassword = "correct-horse-battery";

    private static readonly TimeSpan LoadPatience = TimeSpan.FromSeconds(10);

    private readonly string _program;
    private readonly string _log;
    private readonly Dictionary<string, string?> _environment;
    private readonly HttpClient _http;
    private readonly Lock _writing = new();
    private Process? _process;
    private string? _token;
    private int _asking;

    public Server(string program, string log, IReadOnlyDictionary<string, string?> environment)
    {
        (_program, _log) = (program, log);
        var port = Ports.Free();
        _http = new(new SocketsHttpHandler { PooledConnectionIdleTimeout = TimeSpan.FromSeconds(5) }) { BaseAddress = new($"http://127.0.0.1:{port}"), Timeout = TimeSpan.FromSeconds(10) };
        _environment = new()
        {
            ["ASPNETCORE_ENVIRONMENT"] = "Production",
            ["ASPNETCORE_URLS"] = _http.BaseAddress.ToString(),
            ["Gateway__Key"] = GatewayKey,
            ["Admin__UserName"] = AdminName,
            ["Admin__Password"] = AdminPassword,
            ["Grabbing__TriesPerSecond"] = "1000",
        };
        foreach (var (name, value) in environment)
        {
            _environment[name] = value;
        }
    }

    /// <summary>
    /// To wait for what must come, a start above all: with five drills at once on two slow cores one takes 20 to 45 seconds. What must come in a
    /// certain time has a limit of its own.
    /// </summary>
    public static TimeSpan Patience { get; } = TimeSpan.FromMinutes(3);

    public Uri Address => _http.BaseAddress!;

    public int ProcessId => _process!.Id;

    /// <summary>Whether it has the role of the web.</summary>
    public bool ServesShoppers => !_environment.TryGetValue("Seckill__Roles", out var roles) || roles!.Contains("web", StringComparison.Ordinal);

    public int Kills { get; private set; }

    /// <summary>Requests that have no answer yet.</summary>
    public int Asking => Volatile.Read(ref _asking);

    /// <summary>Starts, and waits until it is ready.</summary>
    /// <param name="dieAt">The kill point to die at, and after how many passes.</param>
    public async Task StartAsync((string Point, int After)? dieAt = null)
    {
        Launch(dieAt);
        var began = Stopwatch.GetTimestamp();
        while (!await IsReadyAsync())
        {
            if (_process!.HasExited)
            {
                await _process.WaitForExitAsync();
                throw new DrillException($"The program ended with {_process.ExitCode} instead of starting. {_log} ends with: {LastWords()}");
            }

            if (Stopwatch.GetElapsedTime(began) > Patience)
            {
                throw new DrillException($"The program was not ready after {Patience.TotalSeconds} s. {_log} ends with: {LastWords()}");
            }

            await Clock.PauseAsync(25);
        }
    }

    /// <summary>Starts, to die at a kill point by itself or by us after a while. Whether it died by itself.</summary>
    public async Task<bool> StartToDieAsync((string Point, int After)? dieAt, TimeSpan atMost)
    {
        Launch(dieAt);
        return await DiedAsync(atMost);
    }

    /// <summary>Waits for the process' end, and brings it about when it does not come.</summary>
    public async Task<bool> DiedAsync(TimeSpan atMost)
    {
        var began = Stopwatch.GetTimestamp();
        while (!_process!.HasExited && Stopwatch.GetElapsedTime(began) < atMost)
        {
            await Clock.PauseAsync(10);
        }

        var byItself = _process.HasExited;
        await KillAsync();
        return byItself;
    }

    /// <summary>Kills while nobody was waiting for an answer: they show nothing.</summary>
    public int IdleKills { get; private set; }

    /// <summary>kill -9.</summary>
    /// <param name="underLoad">Whether there must be somebody who waits for an answer.</param>
    public async Task KillAsync(bool underLoad = false)
    {
        if (_process is { } process)
        {
            if (underLoad && !await Clock.SpinUntilAsync(() => Asking > 0, LoadPatience))
            {
                IdleKills++;
            }

            process.Kill();
            await process.WaitForExitAsync();
            Kills++;
            process.Dispose();
            _process = null;
        }
    }

    public Task FreezeAsync() => Signals.SendAsync(_process!.Id, "STOP");

    /// <summary>Whether it stands still within the time.</summary>
    public Task<bool> IsFrozenAsync(TimeSpan atMost) =>
        Clock.UntilAsync(async () => (await File.ReadAllTextAsync($"/proc/{_process!.Id}/stat")).Split(')')[^1].TrimStart().StartsWith('T'), atMost);

    public Task ThawAsync() => Signals.SendAsync(_process!.Id, "CONT");

    /// <summary>What a shopper asks; the gateway in front of the program has already checked who they are.</summary>
    public Task<Reply> AskAsync(HttpMethod method, string path, long user, object? body = null, string? key = null) =>
        SendAsync(method, path, body, key, headers =>
        {
            headers.Add("Gateway-Key", GatewayKey);
            headers.Add("User-Id", user.ToString(CultureInfo.InvariantCulture));
        });

    /// <summary>What the seller asks, who is the admin as well; again until it is answered.</summary>
    public async Task<Reply> SellAsync(HttpMethod method, string path, object? body = null, string? key = null)
    {
        var began = Stopwatch.GetTimestamp();
        while (true)
        {
            if (Stopwatch.GetElapsedTime(began) > Patience)
            {
                throw new DrillException($"The seller got no answer: {method} {path}.");
            }

            _token ??= (await SendAsync(HttpMethod.Post, "/api/users/login", new { userName = AdminName, password = AdminPassword }, null, _ => { })).Text("token");
            var reply = await SendAsync(method, path, body, key, headers => headers.Authorization = new("Bearer", _token));
            if (reply.Code is not (Reply.NoAnswer or 50300 or 50301 or 40100) || _process is null)
            {
                return reply;
            }

            _token = reply.Code == 40100 ? null : _token;
            await Clock.PauseAsync(100);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _http.Dispose();
    }

    private async Task<Reply> SendAsync(HttpMethod method, string path, object? body, string? key, Action<HttpRequestHeaders> identify)
    {
        var began = Stopwatch.GetTimestamp();
        Interlocked.Increment(ref _asking);
        try
        {
            using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body) };
            identify(request.Headers);
            if (key is not null)
            {
                request.Headers.Add("Idempotency-Key", key);
            }

            using var response = await _http.SendAsync(request);
            using var document = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync());
            var root = document.RootElement.Clone();
            return new(root.GetProperty("code").GetInt32(), root.GetProperty("data"), Stopwatch.GetElapsedTime(began), response.Headers.RetryAfter is not null);
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException or JsonException or IOException)
        {
            return new(Reply.NoAnswer, default, Stopwatch.GetElapsedTime(began));
        }
        finally
        {
            Interlocked.Decrement(ref _asking);
        }
    }

    private async Task<bool> IsReadyAsync()
    {
        try
        {
            using var response = await _http.GetAsync(new Uri("/health/ready", UriKind.Relative));
            return response.StatusCode == HttpStatusCode.OK;
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
        {
            return false;
        }
    }

    private void Launch((string Point, int After)? dieAt)
    {
        var start = new ProcessStartInfo("dotnet", ["exec", _program])
        {
            WorkingDirectory = Path.GetDirectoryName(_program)!,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in _environment)
        {
            start.Environment[name] = value;
        }

        if (dieAt is var (point, after))
        {
            start.Environment["Drills__KillAt"] = point;
            start.Environment["Drills__After"] = after.ToString(CultureInfo.InvariantCulture);
        }

        Note(string.Create(CultureInfo.InvariantCulture, $"{TimeProvider.System.GetUtcNow():HH:mm:ss}  --- started by the drill"));
        _process = Process.Start(start)!;
        _process.OutputDataReceived += Keep;
        _process.ErrorDataReceived += Keep;
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    // On one line: reports of a failure often carry only one.
    private string LastWords()
    {
        lock (_writing)
        {
            return string.Join(" / ", File.ReadLines(_log).Where(line => !string.IsNullOrWhiteSpace(line)).TakeLast(12).Select(line => line.Trim()));
        }
    }

    private void Keep(object sender, DataReceivedEventArgs line) => Note(line.Data);

    private void Note(string? line)
    {
        lock (_writing)
        {
            File.AppendAllText(_log, line + "\n");
        }
    }
}
