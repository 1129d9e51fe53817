using Microsoft.EntityFrameworkCore;
using Seckill.Core.Persistence;

namespace Seckill.Core.Ordering;

/// <summary>One charge in the sandbox's own books.</summary>
internal sealed class SandboxCharge
{
    public long Id { get; set; }
    public long PaymentId { get; set; }
    public long AmountCents { get; set; }
    public ChargeState State { get; set; }
}

/// <summary>
/// A gateway that moves no money: the shopper confirms or declines on a page of its own. It keeps books of its own, as a real one
/// does, so that a payment can be asked after when this process has died in between.
/// </summary>
internal sealed class SandboxGateway(IDbContextFactory<SeckillDbContext> contexts, Ledger ledger) : IPaymentGateway
{
    public Task<ChargeState> ChargeAsync(long paymentId, long amountCents, bool decline, CancellationToken cancellationToken) =>
        EnterAsync(paymentId, amountCents, decline ? ChargeState.Declined : ChargeState.Taken, cancellationToken);

    public Task<ChargeState> SettleAsync(long paymentId, CancellationToken cancellationToken) =>
        EnterAsync(paymentId, amountCents: 0, ChargeState.Voided, cancellationToken);

    public Task RefundAsync(long paymentId, CancellationToken cancellationToken) =>
        ledger.WriteAsync(
            db => db.SandboxCharges
                .Where(c => c.PaymentId == paymentId && c.State == ChargeState.Taken)
                .ExecuteUpdateAsync(set => set.SetProperty(c => c.State, ChargeState.Refunded), cancellationToken),
            cancellationToken);

    // The first entry for a payment stands; the unique payment id makes it so.
    private async Task<ChargeState> EnterAsync(long paymentId, long amountCents, ChargeState state, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        if (await FindAsync(db, paymentId, cancellationToken) is { } known)
        {
            return known;
        }

        try
        {
            await ledger.WriteAsync(
                write =>
                {
                    write.SandboxCharges.Add(new() { PaymentId = paymentId, AmountCents = amountCents, State = state });
                    return write.SaveChangesAsync(cancellationToken);
                },
                cancellationToken);
            return state;
        }
        catch (DbUpdateException)
        {
            return await FindAsync(db, paymentId, cancellationToken) ?? throw new InvalidOperationException($"Payment {paymentId} could not be entered.");
        }
    }

    private static Task<ChargeState?> FindAsync(SeckillDbContext db, long paymentId, CancellationToken cancellationToken) =>
        db.SandboxCharges.Where(c => c.PaymentId == paymentId).Select(c => (ChargeState?)c.State).SingleOrDefaultAsync(cancellationToken);
}
