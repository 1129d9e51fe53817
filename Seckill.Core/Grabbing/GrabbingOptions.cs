namespace Seckill.Core.Grabbing;

internal sealed class GrabbingOptions
{
    public const string Section = "Grabbing";

    /// <summary>How many grabs one user may try in a second.</summary>
    public int TriesPerSecond { get; set; } = 10;

    /// <summary>How long a grab waits for the store before its shopper hears that the outcome is not known.</summary>
    public TimeSpan StorePatience { get; set; } = TimeSpan.FromMilliseconds(450);
}
