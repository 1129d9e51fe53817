using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace Seckill.Core.Redis;

/// <summary>The store could not be asked, or did not answer.</summary>
/// <param name="certainlyNotApplied">Whether it is certain that nothing ran.</param>
internal sealed class StoreException(string message, bool certainlyNotApplied, Exception cause) : Exception(message, cause)
{
    public bool CertainlyNotApplied => certainlyNotApplied;
}

/// <summary>The connection to the one Redis-compatible store: a real Redis by connection string, or the embedded one.</summary>
internal sealed partial class StoreConnection(IConfiguration configuration, ILogger<StoreConnection> logger) : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private EmbeddedStore? _embedded;
    private ConnectionMultiplexer? _multiplexer;
    private readonly Lock _trust = new();
    private volatile bool _trusted;
    private int _losses;

    public bool IsEmbedded { get; } = string.IsNullOrWhiteSpace(configuration.GetConnectionString("Redis"));

    /// <summary>Where the store is, for people; no password in it.</summary>
    public string Description { get; private set; } = "";

    /// <summary>
    /// Whether this is known to be the store that SQL agrees with: false from a lost connection until the run id has been compared.
    /// No grab is sent meanwhile.
    /// </summary>
    public bool IsTrusted => _trusted;

    /// <summary>Raised when a connection is lost or back; the run id must be compared before the store is trusted.</summary>
    public event Action? Changed;

    public IDatabase Database => (_multiplexer ?? throw new InvalidOperationException("The store has not been started.")).GetDatabase();

    public ISubscriber Subscriber => _multiplexer!.GetSubscriber();

    public async Task StartAsync()
    {
        ConfigurationOptions options;
        if (IsEmbedded)
        {
            _embedded = new EmbeddedStore();
            options = _embedded.Options;
            Description = "embedded (Garnet, in memory, rebuilt from SQL at every start)";
        }
        else
        {
            var connectionString = configuration.GetConnectionString("Redis")!;
            try
            {
                options = ConfigurationOptions.Parse(connectionString);
            }
            catch (ArgumentException e)
            {
                throw new StartException($"ConnectionStrings:Redis is not a Redis connection string: {e.Message}", e);
            }

            Description = $"Redis at {string.Join(", ", options.EndPoints)}";
        }

        // A command that cannot be sent now must fail now: nothing may wait in a backlog and run after a reconnect that nobody checked.
        options.BacklogPolicy = BacklogPolicy.FailFast;
        options.AbortOnConnectFail = true;
        options.ClientName = "seckill";

        // For INFO, which tells the run id.
        options.AllowAdmin = true;
        options.ReconnectRetryPolicy = new LinearRetry(200);
        options.HeartbeatInterval = TimeSpan.FromSeconds(1);
        try
        {
            _multiplexer = await ConnectionMultiplexer.ConnectAsync(options);
        }
        catch (RedisConnectionException e)
        {
            throw new StartException($"{Description} cannot be reached ({e.FailureType}). Start it, or correct ConnectionStrings:Redis; leave it empty to use the embedded store.", e);
        }

        // The embedded store lives and dies with this process: what answers is always the same run.
        if (!IsEmbedded)
        {
            _multiplexer.ConnectionFailed += (_, e) =>
            {
                if (e.ConnectionType == ConnectionType.Interactive && !IsReplica(e.EndPoint))
                {
                    Distrust();
                    LogConnectionLost(Description, e.FailureType);
                    Changed?.Invoke();
                }
            };
            _multiplexer.ConnectionRestored += (_, e) =>
            {
                if (e.ConnectionType == ConnectionType.Interactive)
                {
                    Changed?.Invoke();
                }
            };
        }
    }

    /// <summary>How often a connection has been lost.</summary>
    public int Losses => Volatile.Read(ref _losses);

    /// <summary>The run id has been compared, unless a connection was lost since <paramref name="losses"/> was read.</summary>
    public void Trust(int losses)
    {
        lock (_trust)
        {
            _trusted = losses == _losses;
        }
    }

    private void Distrust()
    {
        lock (_trust)
        {
            _losses++;
            _trusted = false;
        }
    }

    /// <summary>The run id of every master, in one text; changes whenever one restarted or another took its place.</summary>
    public async Task<string> ReadRunIdAsync()
    {
        var ids = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var server in _multiplexer!.GetServers())
        {
            if (server.IsConnected && !server.IsReplica && server.ServerType != ServerType.Sentinel)
            {
                var sections = await server.InfoAsync("server");
                ids.UnionWith(sections.SelectMany(section => section).Where(pair => pair.Key == "run_id").Select(pair => pair.Value));
            }
        }

        // As a hash, because a cluster has many.
        return ids.Count > 0
            ? Convert.ToHexString(SHA256.HashData(Encoding.ASCII.GetBytes(string.Join(',', ids))))
            : throw new StoreException("No master of the store is connected.", certainlyNotApplied: true, new InvalidOperationException());
    }

    /// <summary>The store's clock (its plain TIME command), in milliseconds since 1970 UTC.</summary>
    public async Task<long> ReadTimeAsync()
    {
        var time = await Database.ExecuteAsync("TIME").WaitAsync(Patience);
        return (long)time[0] * 1000 + (long)time[1] / 1000;
    }

    /// <summary>Runs a script.</summary>
    /// <exception cref="StoreException">It could not be sent, or no answer came in time.</exception>
    public async Task<RedisResult> RunAsync(string script, RedisKey[] keys, RedisValue[] arguments, TimeSpan? patience = null)
    {
        try
        {
            return await Database.ScriptEvaluateAsync(script, keys, arguments).WaitAsync(patience ?? Patience);
        }
        catch (Exception e) when (e is RedisException or TimeoutException)
        {
            throw new StoreException($"The store did not run a script: {e.Message}", CertainlyNotApplied(e), e);
        }
    }

    /// <summary>Asks something; to ask again does no harm.</summary>
    /// <exception cref="StoreException">It could not be sent, or no answer came in time.</exception>
    public async Task<T> AskAsync<T>(Func<IDatabase, Task<T>> question)
    {
        try
        {
            return await question(Database);
        }
        catch (Exception e) when (e is RedisException or TimeoutException)
        {
            throw new StoreException($"The store did not answer: {e.Message}", certainlyNotApplied: true, e);
        }
    }

    /// <summary>Stops what was started here. Called last at shutdown.</summary>
    public async ValueTask DisposeAsync()
    {
        Distrust();
        if (Interlocked.Exchange(ref _multiplexer, null) is { } multiplexer)
        {
            await multiplexer.DisposeAsync();
        }

        Interlocked.Exchange(ref _embedded, null)?.Dispose();
    }

    private bool IsReplica(EndPoint? endPoint) => endPoint is not null && _multiplexer?.GetServer(endPoint) is { IsReplica: true };

    // A script is refused as a whole at its first write, and all of ours read before they write.
    private static bool CertainlyNotApplied(Exception e) => e switch
    {
        RedisServerException server => NotRun.Any(prefix => server.Message.StartsWith(prefix, StringComparison.Ordinal)) || server.Message.Contains("MISCONF", StringComparison.Ordinal)
            || server.Message.Contains("OOM command not allowed", StringComparison.Ordinal) || server.Message.Contains("READONLY", StringComparison.Ordinal),
        RedisConnectionException connection => connection.FailureType is ConnectionFailureType.UnableToConnect or ConnectionFailureType.UnableToResolvePhysicalConnection,
        _ => false,
    };

    private static readonly string[] NotRun = ["LOADING", "READONLY", "MASTERDOWN", "CLUSTERDOWN", "MISCONF", "OOM", "NOAUTH", "NOPERM", "TRYAGAIN", "BUSY", "MOVED", "ASK"];

    [LoggerMessage(Level = LogLevel.Warning, Message = "The connection to {Store} is lost ({Reason}). Grabs are told to try again until it is back")]
    private partial void LogConnectionLost(string store, ConnectionFailureType reason);
}
