using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Time.Testing;
using Seckill.Core;
using Seckill.Core.Persistence;

namespace Seckill.Tests.Shared;

/// <summary>
/// An empty ledger in a directory of its own, and the core's classes on it, under a clock that stands still. Nothing runs by itself
/// and there is no store: for what only reads and writes SQL.
/// </summary>
internal sealed class TestDatabase : IAsyncDisposable
{
    private readonly ServiceProvider _services;

    private TestDatabase(string directory, FakeTimeProvider time, ServiceProvider services)
    {
        Directory = directory;
        Time = time;
        _services = services;
    }

    public string Directory { get; }
    public FakeTimeProvider Time { get; }
    public StoreClock Clock => Get<StoreClock>();
    public DateTime Now => Clock.UtcNow;

    public static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>A ledger whose start has not run.</summary>
    /// <param name="directory">Of an earlier one; null: a new one.</param>
    public static TestDatabase Create(string environment = "Testing", string? directory = null, params (string Key, string? Value)[] settings)
    {
        directory ??= System.IO.Directory.CreateTempSubdirectory("seckill-").FullName;
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 6, 18, 12, 0, 0, TimeSpan.Zero));
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection([new("Data:Directory", directory), .. settings.Select(s => KeyValuePair.Create(s.Key, s.Value))])
            .Build();

        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSingleton<IConfiguration>(configuration);
        services.AddSingleton<IHostEnvironment>(new HostEnvironment { EnvironmentName = environment, ContentRootPath = directory });
        services.AddSingleton<TimeProvider>(time);
        services.AddSeckillCore(configuration);
        return new(directory, time, services.BuildServiceProvider());
    }

    public static async Task<TestDatabase> StartAsync(params (string Key, string? Value)[] settings)
    {
        var database = Create(settings: settings);
        await database.RunStartAsync();
        return database;
    }

    public Task RunStartAsync() => Get<DatabaseStart>().RunAsync(Token);

    public T Get<T>()
        where T : notnull => _services.GetRequiredService<T>();

    public async Task<T> ReadAsync<T>(Func<SeckillDbContext, Task<T>> read)
    {
        await using var db = await Get<IDbContextFactory<SeckillDbContext>>().CreateDbContextAsync(Token);
        return await read(db);
    }

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        System.IO.Directory.Delete(Directory, recursive: true);
    }

    private sealed class HostEnvironment : IHostEnvironment
    {
        public required string EnvironmentName { get; set; }
        public string ApplicationName { get; set; } = "Seckill.Tests";
        public required string ContentRootPath { get; set; }
        public IFileProvider ContentRootFileProvider { get; set; } = new NullFileProvider();
    }
}
