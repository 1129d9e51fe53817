using MudBlazor;
using Seckill.Core.Grabbing;
using Seckill.Core.Ordering;

namespace Seckill.Web.Components.Pages.Admin;

public sealed partial class RefusedTicketsDesk(RefusedTickets tickets)
{
    private MudDataGrid<RefusedTicket>? _grid;

    // The grid asks for what it shows.
    protected override Task LoadAsync() => _grid?.ReloadServerData() ?? Task.CompletedTask;

    private Task<GridData<RefusedTicket>> ReadAsync(GridState<RefusedTicket> state, CancellationToken cancellationToken) =>
        ReadGridAsync(state, (offset, limit) => tickets.ListAsync(offset, limit, cancellationToken));

    private async Task GrabAgainAsync(RefusedTicket ticket)
    {
        if (await ConfirmAsync(
            Words["RefusedTickets_AgainTitle"],
            Words["RefusedTickets_AgainSentence", ticket.ProductName, ticket.Quantity, ticket.UserName ?? $"{ticket.UserId}"],
            Words["RefusedTickets_GrabAgain"]))
        {
            await TryAsync(async () =>
            {
                var result = await tickets.GrabAgainAsync(UserId, ticket.SeckillId, CancellationToken.None);
                if (result?.Outcome == GrabOutcome.Granted)
                {
                    Say(Words["RefusedTickets_Granted", result.Value.SeckillId]);
                }
                else
                {
                    Say(Words["RefusedTickets_NotGranted", Words["Grab_" + (result?.Outcome ?? GrabOutcome.UnknownProduct)]], Severity.Warning);
                }

                await LoadAsync();
            });
        }
    }
}
