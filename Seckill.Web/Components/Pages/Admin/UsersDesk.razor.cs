using Microsoft.AspNetCore.Components;
using MudBlazor;
using Seckill.Core;
using Seckill.Core.Accounts;

namespace Seckill.Web.Components.Pages.Admin;

public sealed partial class UsersDesk(UserAdministration administration)
{
    private MudDataGrid<UserRow>? _grid;
    private string? _query;
    private bool _applicants;
    private int _round;

    // The grid asks for what it shows.
    protected override Task LoadAsync() => _grid?.ReloadServerData() ?? Task.CompletedTask;

    private Task<GridData<UserRow>> ReadAsync(GridState<UserRow> state, CancellationToken cancellationToken) =>
        ReadGridAsync(state, (offset, limit) => _applicants
            ? administration.ListApplicantsAsync(offset, limit, _query, cancellationToken)
            : administration.ListAsync(offset, limit, _query, cancellationToken));

    private Task<bool> SearchAsync()
    {
        if (_grid is not null)
        {
            _grid.NavigateTo(MudBlazor.Page.First);
        }

        return TryAsync(LoadAsync);
    }

    private Task<bool> ShowAsync(string? which)
    {
        _applicants = which == "applicants";
        return SearchAsync();
    }

    private async Task ChangeRoleAsync(UserView user, ChangeEventArgs change)
    {
        if (Enum.TryParse<UserRole>(change.Value?.ToString(), out var role) && role != user.Role
            && await ConfirmAsync(
                Words["Users_RoleTitle"],
                Words[role is UserRole.Admin ? "Users_RoleAdminSentence" : "Users_RoleSentence", user.UserName, Words["Role_" + role]],
                Words["Users_RoleYes"]))
        {
            await ChangeAsync(user, role, suspended: null, "Users_RoleChanged");
        }

        _round++;
    }

    private Task<bool> DecideAsync(UserView user, UserRole role) =>
        ChangeAsync(user, role, suspended: null, role is UserRole.Seller ? "Users_Approved" : "Users_Refused");

    private async Task SuspendAsync(UserView user)
    {
        if (user.Suspended || await ConfirmAsync(Words["Users_SuspendTitle"], Words["Users_SuspendSentence", user.UserName], Words["Users_Suspend"]))
        {
            await ChangeAsync(user, role: null, !user.Suspended, user.Suspended ? "Users_UnsuspendedNow" : "Users_SuspendedNow");
        }
    }

    private Task<bool> ChangeAsync(UserView user, UserRole? role, bool? suspended, string done) => TryAsync(async () =>
    {
        var (outcome, _) = await administration.ChangeAsync(user.UserId, role, suspended, CancellationToken.None);
        switch (outcome)
        {
            case ChangeRoleOutcome.Changed:
                Say(Words[done, user.UserName]);
                break;
            case ChangeRoleOutcome.LastAdmin:
                Say(Words["Users_LastAdmin"], Severity.Warning);
                break;
            default:
                Say(Words["Users_Gone"], Severity.Warning);
                break;
        }

        await LoadAsync();
    });
}
