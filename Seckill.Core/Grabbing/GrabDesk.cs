namespace Seckill.Core.Grabbing;

/// <summary>The one way to grab: throttle, then ask the sale's gate.</summary>
public sealed class GrabDesk
{
    public ValueTask<GrabResult> TryGrabAsync(GrabRequest request, CancellationToken cancellationToken) => throw new NotImplementedException();
}
