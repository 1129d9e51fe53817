using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Seckill.Core.Grabbing;
using Seckill.Core.Persistence;
using Seckill.Core.Stock;

namespace Seckill.Core.Ordering;

/// <param name="UserName">Null for a user of another system.</param>
/// <param name="GrabbedAt">When the units were taken.</param>
/// <param name="RefusedAt">When the ledger refused the ticket.</param>
/// <param name="GrabbedAgainAs">The seckill id of the other try that took the units; null: none has.</param>
public sealed record RefusedTicket(
    long SeckillId, long SaleId, long ProductId, string ProductName, long UserId, string? UserName, int Quantity, RefusalReason Reason, DateTime GrabbedAt, DateTime RefusedAt, long? GrabbedAgainAs = null);

/// <summary>For operators: tickets that took units and did not become orders, and another try for their shoppers.</summary>
public sealed partial class RefusedTickets
{
    private const string Again = "again";

    private readonly IDbContextFactory<SeckillDbContext> _contexts;
    private readonly Ledger _ledger;
    private readonly GrabDesk _desk;
    private readonly SaleDirectory _directory;
    private readonly IdGenerator _ids;
    private readonly StoreClock _clock;
    private readonly ILogger _logger;

    internal RefusedTickets(
        IDbContextFactory<SeckillDbContext> contexts, Ledger ledger, GrabDesk desk, SaleDirectory directory, IdGenerator ids, StoreClock clock, ILogger<RefusedTickets> logger) =>
        (_contexts, _ledger, _desk, _directory, _ids, _clock, _logger) = (contexts, ledger, desk, directory, ids, clock, logger);

    /// <summary>All of them, the last first.</summary>
    public async Task<Page<RefusedTicket>> ListAsync(int offset, int limit, CancellationToken cancellationToken)
    {
        await using var db = await _contexts.CreateDbContextAsync(cancellationToken);
        var refused = db.SeckillRecords.Where(r => r.Status == SeckillStatus.Refused);
        var total = await refused.CountAsync(cancellationToken);
        var page = await refused
            .OrderByDescending(r => r.Id)
            .Skip(offset)
            .Take(limit)
            .Select(r => new RefusedTicket(
                r.SeckillId,
                r.SaleId,
                r.ProductId,
                db.Products.Where(p => p.ProductId == r.ProductId).Select(p => p.Name).First(),
                r.UserId,
                db.Users.Where(u => u.UserId == r.UserId).Select(u => u.UserName).FirstOrDefault(),
                r.Quantity,
                r.Reason!.Value,
                r.GrabbedAt,
                r.CreatedAt,
                null))
            .ToListAsync(cancellationToken);
        var again = await FindAgainAsync(db, page, cancellationToken);
        return new([.. page.Select(ticket => ticket with { GrabbedAgainAs = again.TryGetValue(ticket.SeckillId, out var granted) ? granted : null })], total);
    }

    private static async Task<Dictionary<long, long>> FindAgainAsync(SeckillDbContext db, List<RefusedTicket> page, CancellationToken cancellationToken)
    {
        var sales = page.Select(ticket => ticket.SaleId).Distinct().ToArray();
        var tickets = page.Select(ticket => Written(ticket.SeckillId)).ToArray();
        var entries = await db.AuditEntries
            .Where(e => sales.Contains(e.SubjectId) && e.Action == Again && tickets.Contains(e.Before))
            .Select(e => new { e.Before, e.After })
            .ToListAsync(cancellationToken);
        return entries.DistinctBy(entry => entry.Before).ToDictionary(entry => Read(entry.Before), entry => Read(entry.After));
    }

    /// <summary>
    /// Grabs the same units for the same shopper, under a new seckill id and by the rules that hold for everybody. Repeating it takes nothing more.
    /// </summary>
    /// <param name="adminId">Who asks for it: for the audit trail.</param>
    /// <returns>Null when there is no such refused ticket. <see cref="GrabOutcome.Ended"/> also when the product is in another sale by now.</returns>
    public async Task<GrabResult?> GrabAgainAsync(long adminId, long seckillId, CancellationToken cancellationToken)
    {
        await using var db = await _contexts.CreateDbContextAsync(cancellationToken);
        var refused = await db.SeckillRecords
            .Where(r => r.SeckillId == seckillId && r.Status == SeckillStatus.Refused)
            .Select(r => new { r.SaleId, r.ProductId, r.UserId, r.Quantity })
            .SingleOrDefaultAsync(cancellationToken);
        if (refused is null)
        {
            return null;
        }

        if (_directory.Find(refused.ProductId, _clock.UtcNow)?.SaleId != refused.SaleId)
        {
            return new(GrabOutcome.Ended);
        }

        var result = await _desk.TryGrabAsync(new(refused.UserId, refused.ProductId, refused.Quantity, $"again-{seckillId}"), cancellationToken);
        if (result.Outcome == GrabOutcome.Granted)
        {
            await EnterAsync(adminId, refused.SaleId, seckillId, result.SeckillId);
        }

        return result;
    }

    private Task<bool> EnterAsync(long adminId, long saleId, long refused, long granted) => _ledger.WriteAsync(
        async db =>
        {
            var before = Written(refused);
            if (!await db.AuditEntries.AnyAsync(e => e.SubjectId == saleId && e.Action == Again && e.Before == before))
            {
                db.AuditEntries.Add(new()
                {
                    AuditEntryId = _ids.Next(),
                    SubjectId = saleId,
                    UserId = adminId,
                    Action = Again,
                    Before = before,
                    After = Written(granted),
                    At = _clock.UtcNow,
                });
                await db.SaveChangesAsync();
                LogAgain(refused, granted);
            }

            return true;
        },
        CancellationToken.None);

    private static string Written(long seckillId) => JsonSerializer.Serialize(new Ticket(seckillId), JsonSerializerOptions.Web);

    private static long Read(string written) => JsonSerializer.Deserialize<Ticket>(written, JsonSerializerOptions.Web)!.SeckillId;

    // As the audit trail has it.
    private sealed record Ticket(long SeckillId);

    [LoggerMessage(Level = LogLevel.Information, Message = "Refused ticket {Refused} was grabbed again for its shopper as {Granted}")]
    private partial void LogAgain(long refused, long granted);
}
