namespace Seckill.Core.Grabbing;

/// <summary>What a winner's answer waits for.</summary>
internal interface IAcknowledgement
{
    /// <summary>Before the script is sent: from here on, news about this seckill id is kept for its waiter.</summary>
    void Expect(long seckillId);

    /// <summary>The grab took nothing.</summary>
    void Forget(long seckillId);

    /// <summary>After the unit is taken: <see cref="GrabOutcome.Granted"/>, or why the ticket did not become an order, or unknown.</summary>
    /// <param name="replayed">The id is an earlier request's: its news may have passed already.</param>
    ValueTask<GrabOutcome> WaitAsync(long seckillId, bool replayed, CancellationToken cancellationToken);
}

/// <summary>The queue's word is enough.</summary>
internal sealed class QueuedAcknowledgement : IAcknowledgement
{
    public void Expect(long seckillId)
    {
    }

    public void Forget(long seckillId)
    {
    }

    public ValueTask<GrabOutcome> WaitAsync(long seckillId, bool replayed, CancellationToken cancellationToken) => new(GrabOutcome.Granted);
}
