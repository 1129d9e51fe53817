namespace Seckill.Core.Persistence;

/// <summary>The one row of facts about the whole installation.</summary>
internal sealed class House
{
    public const int TheOne = 1;

    public long Id { get; set; }

    /// <summary>Counts starts of processes; modulo 1024 it is a process' node number.</summary>
    public long Starts { get; set; }

    /// <summary>The run id of the Redis whose contents this database agrees with; null: none yet.</summary>
    public string? StoreRunId { get; set; }
}
