using Microsoft.JSInterop;

namespace Seckill.Web.Components.Console;

/// <summary>The time zone of the visitor's browser, asked once for each circuit; UTC when it is none that this machine knows.</summary>
internal sealed class VisitorZone(IJSRuntime script)
{
    private TimeZoneInfo? _zone;

    public async ValueTask<TimeZoneInfo> FindAsync(CancellationToken cancellationToken)
    {
        if (_zone is null)
        {
            await using var module = await script.InvokeAsync<IJSObjectReference>("import", cancellationToken, "/zone.js");
            var name = await module.InvokeAsync<string?>("timeZone", cancellationToken);
            _zone = name is not null && TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone) ? zone : TimeZoneInfo.Utc;
        }

        return _zone;
    }
}
