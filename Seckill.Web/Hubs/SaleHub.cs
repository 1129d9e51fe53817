using Microsoft.AspNetCore.SignalR;
using Seckill.Core;
using Seckill.Core.Live;
using Seckill.Web.Endpoints.Wire;

namespace Seckill.Web.Hubs;

/// <summary>What a watcher hears. Public, because SignalR builds its implementation in another assembly.</summary>
public interface ISaleClient
{
    Task SaleChanged(SaleState state);
}

/// <summary>
/// Tells whoever watches a product how its sale stands. Open to everybody; ten thousand may watch at once, so nothing is kept for a
/// connection but its place in the groups and the ids of what it watches.
/// </summary>
internal sealed class SaleHub(SaleBoard board, StoreClock clock, SaleWatchers watchers, Metering metering) : Hub<ISaleClient>
{
    public static string GroupOf(long productId) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"product:{productId}");

    // A connection's calls come one after the other, its end last.
    private HashSet<long> Watched => Context.Items.TryGetValue(typeof(SaleWatchers), out var watched) ? (HashSet<long>)watched! : (HashSet<long>)(Context.Items[typeof(SaleWatchers)] = new HashSet<long>());

    /// <summary>Joins first and reads then, or a change between the two would be missed.</summary>
    public async Task<SaleState?> Watch(string productId)
    {
        if (!IdConverter.TryParse(productId, out var id))
        {
            return null;
        }

        await Groups.AddToGroupAsync(Context.ConnectionId, GroupOf(id), Context.ConnectionAborted);
        if (Watched.Add(id))
        {
            watchers.Add(id);
        }

        return board.Find(id) is { } sale ? SaleState.Of(sale, clock.UtcNow) : null;
    }

    public async Task Unwatch(string productId)
    {
        if (IdConverter.TryParse(productId, out var id))
        {
            await Groups.RemoveFromGroupAsync(Context.ConnectionId, GroupOf(id), Context.ConnectionAborted);
            if (Watched.Remove(id))
            {
                watchers.Remove(id);
            }
        }
    }

    public override Task OnConnectedAsync()
    {
        metering.HubConnections.Add(1);
        return Task.CompletedTask;
    }

    public override Task OnDisconnectedAsync(Exception? exception)
    {
        metering.HubConnections.Add(-1);
        foreach (var id in Watched)
        {
            watchers.Remove(id);
        }

        return Task.CompletedTask;
    }
}

/// <param name="Price">The sale price of one unit in yuan.</param>
/// <param name="ServerTime">When this was said, by the house's clock.</param>
public sealed record SaleState(
    long ProductId,
    long SaleId,
    SalePhase Phase,
    int Left,
    int Units,
    decimal Price,
    DateTime OpensAt,
    DateTime EndsAt,
    string? Message,
    DateTime ServerTime)
{
    internal static SaleState Of(SaleView sale, DateTime now) => new(
        sale.ProductId,
        sale.SaleId,
        sale.Phase,
        sale.Left,
        sale.Units,
        Yuan.Of(sale.PriceCents),
        sale.OpensAt,
        sale.EndsAt,
        sale.Message,
        now);
}
