using Microsoft.EntityFrameworkCore;
using Seckill.Core.Accounts;
using Seckill.Core.Persistence;
using Seckill.Core.Stock;

namespace Seckill.Core.Sales;

/// <summary>Keeps this node's directory of sales as SQL has it.</summary>
internal sealed class DirectoryRefresh(IDbContextFactory<SeckillDbContext> contexts, SaleDirectory directory, SuspendedUsers suspended, StoreClock clock) : IDisposable
{
    private readonly SemaphoreSlim _one = new(1);
    private readonly Dictionary<long, SaleCard> _closed = [];
    private HashSet<long> _live = [];
    private bool _loaded;

    /// <summary>Reads what has changed. Whoever awaits it finds in the directory what SQL had when they called, or newer.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            await using var db = await contexts.CreateDbContextAsync(cancellationToken);
            var asOf = clock.UtcNow;
            var live = await CardsAsync(db, db.FlashSales.Where(s => s.State != SaleState.Closed), cancellationToken);
            var ids = live.Select(card => card.SaleId).ToHashSet();

            // A closed sale never changes again, so each is read once: the last of every product at first, later those that close.
            var gone = _live.Where(id => !ids.Contains(id)).ToArray();
            if (!_loaded || gone.Length > 0)
            {
                var closed = db.FlashSales.Where(s => s.State == SaleState.Closed);
                closed = _loaded
                    ? closed.Where(s => gone.Contains(s.SaleId))
                    : closed.Where(s => !db.FlashSales.Any(later => later.ProductId == s.ProductId && later.State == SaleState.Closed && later.OpensAt > s.OpensAt));
                foreach (var card in await CardsAsync(db, closed, cancellationToken))
                {
                    _closed[card.ProductId] = card;
                }
            }

            (_live, _loaded) = (ids, true);
            directory.Replace([.. _closed.Values, .. live], asOf);
            await suspended.RefreshAsync(cancellationToken);
        }
        finally
        {
            _one.Release();
        }
    }

    public void Dispose() => _one.Dispose();

    private static async Task<List<SaleCard>> CardsAsync(SeckillDbContext db, IQueryable<FlashSale> sales, CancellationToken cancellationToken)
    {
        var rows = await sales
            .Join(db.Stocks, sale => sale.SaleId, stock => stock.SaleId, (sale, stock) => new { Sale = sale, stock.SeckillStock })
            .AsNoTracking()
            .ToListAsync(cancellationToken);
        return [.. rows.Select(row => CardOf(row.Sale, row.SeckillStock))];
    }

    public static SaleCard CardOf(FlashSale sale, int sqlStock) => new(
        sale.SaleId,
        sale.ProductId,
        sale.SellerId,
        sale.PriceCents,
        sale.OpensAt,
        sale.EndsAt,
        sale.Units,
        sqlStock,
        Paused: sale.State == SaleState.Paused,
        Closed: sale.State == SaleState.Closed,
        sale.Message,
        sale.Generation,
        Version: sale.UpdatedAt.ToMilliseconds());
}
