using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Server.Circuits;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.Extensions.Options;

namespace Seckill.Web.Components;

/// <summary>
/// Counts circuits, and stops handing them out at <see cref="PagesOptions.MaxCircuits"/>.
/// </summary>
internal sealed class CircuitCap(IOptions<PagesOptions> options) : CircuitHandler
{
    private int _active;

    /// <summary>How the interactive part of a page is to be rendered now; null: statically.</summary>
    public IComponentRenderMode? Mode => Volatile.Read(ref _active) < options.Value.MaxCircuits ? RenderMode.InteractiveServer : null;

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
