using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.Extensions.Localization;
using MudBlazor;
using Seckill.Core;
using Seckill.Core.Accounts;
using Seckill.Web.Accounts;
using Seckill.Web.Resources;

namespace Seckill.Web.Components.Console;

/// <summary>
/// The interactive part of a page of the console. A circuit lives for hours and passes no middleware, so whether its user still may
/// is asked before everything it does. Who they are comes from the sign-in, never from the address.
/// </summary>
public abstract partial class ConsoleDesk : ComponentBase, IDisposable
{
    private readonly CancellationTokenSource _gone = new();
    private ExecutionContext? _context;
    private bool _leaving;
    private int _failures;
    private Task? _question;

    protected ConsoleDesk() => Gone = _gone.Token;

    [CascadingParameter]
    public required Task<AuthenticationState> Authentication { get; set; }

    [Inject]
    public required UserAccounts Accounts { get; set; }

    [Inject]
    public required StoreClock Clock { get; set; }

    [Inject]
    public required ISnackbar Snackbar { get; set; }

    [Inject]
    public required IDialogService Dialogs { get; set; }

    [Inject]
    public required NavigationManager Navigation { get; set; }

    [Inject]
    internal ILoggerFactory Loggers { get; set; } = null!;

    [Inject]
    internal IStringLocalizer<Texts> Words { get; set; } = null!;

    /// <summary>The user may not, or no longer, be here; or what the page is about is not theirs.</summary>
    public bool Denied { get; protected set; }

    /// <summary>The last try failed for no reason of the user's.</summary>
    public bool Failed { get; private set; }

    /// <summary>Something is under way.</summary>
    public bool Busy { get; private set; }

    protected long UserId { get; private set; }

    /// <summary>Cancelled when the page is left: for reads.</summary>
    protected CancellationToken Gone { get; }

    protected abstract bool Admits(UserRole role);

    /// <summary>Reads what the page shows.</summary>
    protected abstract Task LoadAsync();

    public Task RetryAsync() => TryAsync(LoadAsync);

    protected override async Task OnInitializedAsync()
    {
        _context = ExecutionContext.Capture();
        UserId = CurrentUser.UserIdOf((await Authentication).User) ?? 0;
        await TryAsync(LoadAsync);
    }

    /// <summary>Does one thing at a time, if the user may; false when they may not, or it failed, or something else is under way.</summary>
    protected async Task<bool> TryAsync(Func<Task> act)
    {
        if (Busy || _gone.IsCancellationRequested)
        {
            return false;
        }

        Busy = true;
        try
        {
            if (!await AdmitAsync())
            {
                return false;
            }

            // A grid that it makes read again tells of a failure by itself.
            var failures = _failures;
            await act();
            Failed = failures != _failures;
            return !Failed;
        }
        catch (OperationCanceledException) when (_gone.IsCancellationRequested)
        {
            return false;
        }
        catch (Exception exception)
        {
            Fail(exception);
            return false;
        }
        finally
        {
            Busy = _leaving;
            if (!_gone.IsCancellationRequested)
            {
                StateHasChanged();
            }
        }
    }

    protected async Task<bool> AdmitAsync()
    {
        if (await Accounts.FindAsync(UserId, Gone) is not { Suspended: false } user || !Admits(user.Role))
        {
            Denied = true;
        }

        return !Denied;
    }

    /// <summary>
    /// Reads what a grid shows. It asks by itself whenever it is shown, turned or sorted, and what fails there would end the whole page; so the page
    /// says it, as with everything else that fails.
    /// </summary>
    /// <param name="read">A page of the list: how many to leave out, how many to read.</param>
    protected async Task<GridData<T>> ReadGridAsync<T>(GridState<T> state, Func<int, int, Task<Page<T>>> read)
    {
        var failed = Failed;
        try
        {
            if (await AdmitAsync())
            {
                var page = await read(state.Page * state.PageSize, state.PageSize);
                Failed = false;
                return new() { Items = page.Items, TotalItems = page.Total };
            }
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            Fail(exception);
        }
        finally
        {
            if ((Denied || Failed != failed) && !_gone.IsCancellationRequested)
            {
                StateHasChanged();
            }
        }

        return new() { Items = [], TotalItems = 0 };
    }

    /// <summary>Takes over what was heard outside of the circuit: in the visitor's language, not in that of whoever tells.</summary>
    protected void Wake(Func<Task> act)
    {
        if (_context is { } context && !_gone.IsCancellationRequested)
        {
            ExecutionContext.Run(context, _ => _ = InvokeAsync(act), null);
        }
    }

    /// <summary>Goes to another page. Until the browser is there nothing more is done here: a second click is not a second act.</summary>
    protected void Leave(string url)
    {
        _leaving = true;
        Navigation.NavigateTo(url, forceLoad: true);
    }

    private void Fail(Exception exception)
    {
        LogFailed(Loggers.CreateLogger<ConsoleDesk>(), GetType().Name, exception);
        _failures++;
        Failed = true;
    }

    protected void Say(string words, Severity severity = Severity.Success) => Snackbar.Add(words, severity);

    /// <summary>Asks before something that cannot be taken back, or that others feel; the second of a double click asks nothing.</summary>
    protected async Task<bool> ConfirmAsync(string title, string sentence, string yes)
    {
        if (_question is { IsCompleted: false })
        {
            return false;
        }

        var question = Dialogs.ShowMessageBoxAsync(title, sentence, yes, cancelText: Words["Console_Back"]);
        _question = question;
        return await question == true;
    }

    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
        if (disposing && !_gone.IsCancellationRequested)
        {
            _gone.Cancel();
            _gone.Dispose();
        }
    }

    [LoggerMessage(LogLevel.Error, "The console's {Desk} failed")]
    private static partial void LogFailed(ILogger logger, string desk, Exception exception);
}

public abstract class SellerDesk : ConsoleDesk
{
    protected override bool Admits(UserRole role) => role is UserRole.Seller or UserRole.Admin;
}

public abstract class AdminDesk : ConsoleDesk
{
    protected override bool Admits(UserRole role) => role is UserRole.Admin;
}
