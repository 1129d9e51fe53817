using System.Collections.Concurrent;
using System.Threading.Channels;
using Microsoft.AspNetCore.SignalR;
using Seckill.Core;
using Seckill.Core.Live;

namespace Seckill.Web.Hubs;

/// <summary>
/// Sends each change of a sale once to everybody who watches it. The board never waits for the network: it leaves the newest state of a
/// product and rings; what changes again before it was sent is sent once, as it is then.
/// </summary>
internal sealed partial class SaleForwarder(SaleBoard board, StoreClock clock, IHubContext<SaleHub, ISaleClient> hub, ILogger<SaleForwarder> logger) : BackgroundService
{
    private readonly ConcurrentDictionary<long, SaleView> _changed = new();
    private readonly Channel<bool> _bell = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var subscription = board.SubscribeAll(Leave);
        try
        {
            while (await _bell.Reader.WaitToReadAsync(stoppingToken))
            {
                _bell.Reader.TryRead(out _);
                foreach (var productId in _changed.Keys)
                {
                    if (_changed.TryRemove(productId, out var sale))
                    {
                        await SendAsync(sale);
                    }
                }
            }
        }
        catch (OperationCanceledException)
        {
        }
    }

    private void Leave(SaleView sale)
    {
        _changed[sale.ProductId] = sale;
        _bell.Writer.TryWrite(true);
    }

    private async Task SendAsync(SaleView sale)
    {
        try
        {
            await hub.Clients.Group(SaleHub.GroupOf(sale.ProductId)).SaleChanged(SaleState.Of(sale, clock.UtcNow));
        }
        catch (Exception e)
        {
            // One message is lost, the next change brings the whole state.
            LogNotSent(e, sale.SaleId);
        }
    }

    [LoggerMessage(LogLevel.Warning, "A change of sale {SaleId} did not reach its watchers")]
    private partial void LogNotSent(Exception exception, long saleId);
}
