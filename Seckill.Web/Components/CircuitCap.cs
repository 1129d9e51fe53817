using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Server.Circuits;
using Microsoft.AspNetCore.Components.Web;

namespace Seckill.Web.Components;

/// <summary>
/// Counts circuits. Each holds memory on the server for as long as its page is open, so beyond the cap pages are rendered without
/// one and work by plain forms.
/// </summary>
internal sealed class CircuitCap : CircuitHandler
{
    public const int Max = 2_000;

    private int _active;

    /// <summary>How the interactive part of a page is to be rendered now; null: statically.</summary>
    public IComponentRenderMode? Mode => Volatile.Read(ref _active) < Max ? RenderMode.InteractiveServer : null;

    public override Task OnCircuitOpenedAsync(Circuit circuit, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _active);
        return Task.CompletedTask;
    }

    public override Task OnCircuitClosedAsync(Circuit circuit, CancellationToken cancellationToken)
    {
        Interlocked.Decrement(ref _active);
        return Task.CompletedTask;
    }
}
