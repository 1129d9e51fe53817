namespace Seckill.Web.Components;

internal sealed class PagesOptions
{
    public const string Section = "Pages";

    /// <summary>
    /// Interactive pages one process serves at a time. Each holds memory on the server for as long as it is open; beyond this many, pages are
    /// rendered without a circuit and work by plain forms; the console has none and asks to come back later. 0: never a circuit.
    /// </summary>
    public int MaxCircuits { get; set; } = 2_000;
}
