using Microsoft.AspNetCore.Components.Server.Circuits;

namespace Seckill.Web.Components;

/// <summary>
/// Lets a circuit hear what its browser says in the order in which it was said. By itself it hears "this is drawn" out of turn
/// (RemoteRenderer.OnRenderCompletedAsync), before a click that was sent earlier and still waits for its turn; where what was clicked has
/// been drawn anew, as MudBlazor's buttons are each time, the click's handler is gone by then, and the click is lost.
/// </summary>
internal sealed class CircuitTurns : CircuitHandler
{
    private SynchronizationContext? _circuit;
    private TaskScheduler? _turns;

    /// <summary>Is called in the circuit's own turn.</summary>
    public override Task OnCircuitOpenedAsync(Circuit circuit, CancellationToken cancellationToken)
    {
        (_circuit, _turns) = (SynchronizationContext.Current, TaskScheduler.FromCurrentSynchronizationContext());
        return Task.CompletedTask;
    }

    public override Func<CircuitInboundActivityContext, Task> CreateInboundActivityHandler(Func<CircuitInboundActivityContext, Task> next) =>
        activity => _turns is not { } turns || SynchronizationContext.Current == _circuit
            ? next(activity)
            : Task.Factory.StartNew(() => next(activity), CancellationToken.None, TaskCreationOptions.DenyChildAttach | TaskCreationOptions.HideScheduler, turns).Unwrap();
}
