[assembly: AssemblyFixture(typeof(Seckill.Tests.Shared.SharedApp))]

namespace Seckill.Tests.Shared;

/// <summary>One application with the embedded store for all tests that only need products and users of their own; started by the first of them.</summary>
public sealed class SharedApp : IAsyncDisposable
{
    private static readonly Lazy<Task<SeckillApp>> App = new(() => Task.Run(() => SeckillApp.StartAsync()));

    internal static Task<SeckillApp> StartedAsync() => App.Value;

    public async ValueTask DisposeAsync()
    {
        if (App.IsValueCreated)
        {
            await (await App.Value).DisposeAsync();
        }
    }
}
