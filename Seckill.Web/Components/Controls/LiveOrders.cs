using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using Seckill.Core;
using Seckill.Core.Ordering;
using Seckill.Web.Accounts;

namespace Seckill.Web.Components.Controls;

/// <summary>
/// A part of a page about the visitor's own orders, kept up to date: after each change this process hears of, and by a look every few
/// seconds for changes made elsewhere. Who the visitor is comes from the sign-in, never from the address.
/// </summary>
public abstract partial class LiveOrders : ComponentBase, IDisposable
{
    private static readonly TimeSpan _lookEvery = TimeSpan.FromSeconds(3);

    private ExecutionContext? _context;
    private IDisposable? _subscription;
    private ITimer? _timer;
    private bool _looking;
    private bool _lookAgain;
    private bool _disposed;

    [CascadingParameter]
    public required Task<AuthenticationState> Authentication { get; set; }

    [Inject]
    public required OrderFeed Feed { get; set; }

    [Inject]
    public required StoreClock Clock { get; set; }

    [Inject]
    internal ILoggerFactory Loggers { get; set; } = null!;

    protected long UserId { get; private set; }

    /// <summary>The last look failed; what is shown may be old.</summary>
    protected bool Stale { get; private set; }

    protected abstract Task LookAsync();

    protected override async Task OnInitializedAsync()
    {
        UserId = CurrentUser.UserIdOf((await Authentication).User) ?? 0;
        if (RendererInfo.IsInteractive)
        {
            await LookNowAsync();
        }
        else
        {
            // A page that cannot be rendered is an error page.
            await LookAsync();
        }
    }

    // Runs in a circuit only: a statically rendered page is as it was when it was asked for.
    protected override void OnAfterRender(bool firstRender)
    {
        if (firstRender && !_disposed)
        {
            _context = ExecutionContext.Capture();
            _subscription = Feed.Subscribe(UserId, Wake);
            _timer = Clock.Time.CreateTimer(_ => Wake(), null, TimeSpan.Zero, _lookEvery);
        }
    }

    // In the visitor's language, not in that of whoever tells.
    private void Wake() => ExecutionContext.Run(_context!, _ => _ = InvokeAsync(LookNowAsync), null);

    private async Task LookNowAsync()
    {
        _lookAgain = true;
        if (_looking)
        {
            return;
        }

        _looking = true;
        try
        {
            while (_lookAgain && !_disposed)
            {
                _lookAgain = false;
                await LookAsync();
                Stale = false;
            }
        }
        catch (Exception exception) when (!_disposed)
        {
            // The next look is seconds away; until then the page says that it may be out of date.
            LogLookFailed(Loggers.CreateLogger<LiveOrders>(), exception);
            Stale = true;
        }
        finally
        {
            _looking = false;
        }

        if (!_disposed)
        {
            StateHasChanged();
        }
    }

    public void Dispose()
    {
        _disposed = true;
        _subscription?.Dispose();
        _timer?.Dispose();
        GC.SuppressFinalize(this);
    }

    [LoggerMessage(LogLevel.Warning, "A look at a shopper's orders failed")]
    private static partial void LogLookFailed(ILogger logger, Exception exception);
}
