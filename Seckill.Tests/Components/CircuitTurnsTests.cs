using System.Text;
using Microsoft.AspNetCore.Components.Server.Circuits;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Seckill.Core.Accounts;
using Seckill.Tests.Shared;

namespace Seckill.Tests.Components;

public sealed class CircuitTurnsTests
{
    // Each change of a field draws the button anew. A browser sends both events of "type a name, press the button" at once, so that the button's
    // is under way while it is drawn.
    [Fact]
    public async Task Click_OnAButtonThatIsDrawnAnewMeanwhile_IsHeard()
    {
        var server = new SlowServer();
        await using var app = await SeckillApp.StartAsync(services =>
        {
            services.AddSingleton(server);
            services.AddSingleton<CircuitHandler>(server);
            services.AddSingleton(typeof(HubLifetimeManager<>), typeof(SlowServer.Sending<>));
            services.Configure<HubOptions>(hubs => hubs.AddFilter(server));
        });
        var page = new Drawn();
        await using var browser = await CircuitClient.OpenAsync(app.Address, "/seller/products/new", await app.CookieOfAsync(await app.SellerAsync(), UserRole.Seller), page.Draw);
        await TestHouse.WaitForAsync(() => Task.FromResult(page.Handlers("onclick").Count == 1));
        var name = page.Handlers("onchange").Min();
        await await browser.RaiseAsync(name, "change", new { value = "A" });
        var button = Assert.Single(page.Handlers("onclick"));

        var events = server.Occupy();
        var changed = await browser.RaiseAsync(name, "change", new { value = "A lamp" });
        var clicked = await browser.RaiseAsync(button, "click", new { });
        await TestHouse.WaitForAsync(() => Task.FromResult(server.Events >= events + 2));
        server.Go();

        await changed;
        Assert.DoesNotContain(button, page.Handlers("onclick"));
        await clicked;
    }

    /// <summary>What a browser knows of a page: the handlers of its elements' events. As Microsoft.AspNetCore.Components.Server's RenderBatchWriter writes them.</summary>
    private sealed class Drawn
    {
        private const int Attribute = 3;

        private readonly Dictionary<ulong, string> _handlers = [];

        public void Draw(byte[] batch)
        {
            lock (_handlers)
            {
                using var reader = new BinaryReader(new MemoryStream(batch), Encoding.UTF8);
                var (frames, gone, texts) = (IntAt(batch.Length - 16), IntAt(batch.Length - 8), IntAt(batch.Length - 4));
                for (var i = 0; i < IntAt(frames); i++)
                {
                    var frame = frames + 4 + 20 * i;
                    if (IntAt(frame) == Attribute && BitConverter.ToUInt64(batch, frame + 12) is var handler and not 0)
                    {
                        reader.BaseStream.Position = IntAt(texts + 4 * IntAt(frame + 4));
                        _handlers[handler] = reader.ReadString();
                    }
                }

                for (var i = 0; i < IntAt(gone); i++)
                {
                    _handlers.Remove(BitConverter.ToUInt64(batch, gone + 4 + 8 * i));
                }
            }

            int IntAt(int offset) => BitConverter.ToInt32(batch, offset);
        }

        public IReadOnlyList<ulong> Handlers(string attribute)
        {
            lock (_handlers)
            {
                return [.. _handlers.Where(handler => handler.Value == attribute).Select(handler => handler.Key)];
            }
        }
    }

    /// <summary>Has no time for its circuit until it may go on; and then, whenever it has sent what is to be drawn, is held up until the browser has drawn it.</summary>
    private sealed class SlowServer : CircuitHandler, IHubFilter
    {
        private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

        private SynchronizationContext? _circuit;
        private volatile bool _mayGo;
        private long _drawn;
        private int _events;

        /// <summary>Events that have come in.</summary>
        public int Events => Volatile.Read(ref _events);

        public override Task OnCircuitOpenedAsync(Circuit circuit, CancellationToken cancellationToken)
        {
            _circuit = SynchronizationContext.Current;
            return Task.CompletedTask;
        }

        /// <returns>The events that came in before.</returns>
        public int Occupy()
        {
            _circuit!.Post(_ => SpinWait.SpinUntil(() => _mayGo, Patience), null);
            return Events;
        }

        public void Go() => _mayGo = true;

        public async ValueTask<object?> InvokeMethodAsync(HubInvocationContext invocationContext, Func<HubInvocationContext, ValueTask<object?>> next)
        {
            var result = await next(invocationContext);
            switch (invocationContext.HubMethodName)
            {
                case "OnRenderCompleted":
                    Volatile.Write(ref _drawn, (long)invocationContext.HubMethodArguments[0]!);
                    break;
                case "BeginInvokeDotNetFromJS":
                    Interlocked.Increment(ref _events);
                    break;
            }

            return result;
        }

        public sealed class Sending<THub>(SlowServer server, ILogger<DefaultHubLifetimeManager<THub>> logger) : DefaultHubLifetimeManager<THub>(logger)
            where THub : Hub
        {
            public override Task SendConnectionAsync(string connectionId, string methodName, object?[] args, CancellationToken cancellationToken = default)
            {
                var sent = base.SendConnectionAsync(connectionId, methodName, args, cancellationToken);
                if (server._mayGo && methodName == "JS.RenderBatch")
                {
                    SpinWait.SpinUntil(() => Volatile.Read(ref server._drawn) >= (long)args[0]!, Patience);
                }

                return sent;
            }
        }
    }
}
