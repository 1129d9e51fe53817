namespace Seckill.Core.Grabbing;

internal sealed class GrabbingOptions
{
    public const string Section = "Grabbing";

    /// <summary>How many grabs one user may try in a second.</summary>
    public int TriesPerSecond { get; set; } = 10;
}
