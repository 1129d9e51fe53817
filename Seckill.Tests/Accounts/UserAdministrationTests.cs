using Microsoft.EntityFrameworkCore;
using Seckill.Core.Accounts;
using Seckill.Tests.Shared;
using static Seckill.Tests.Shared.TestDatabase;

namespace Seckill.Tests.Accounts;

public sealed class UserAdministrationTests
{
    private const string Md5OfPassword = "5f4dcc3b5aa765d61d8327deb882cf99";

    [Fact]
    public async Task List_QueryAndPage_FindsPartsOfNames()
    {
        await using var database = await StartAsync();
        await ImportAsync(database, "anna", "hanna", "bob", "an_x", "100-percent");
        var administration = database.Get<UserAdministration>();

        Assert.Equal(["an_x", "hanna", "anna"], await NamesAsync("AN"));
        Assert.Equal(["an_x"], await NamesAsync("_"));
        Assert.Empty(await NamesAsync("%"));
        var page = await administration.ListAsync(1, 2, null, Token);
        Assert.Equal((5, "an_x", "bob"), (page.Total, page.Items[0].User.UserName, page.Items[1].User.UserName));

        async Task<IEnumerable<string>> NamesAsync(string query) => (await administration.ListAsync(0, 20, query, Token)).Items.Select(row => row.User.UserName);
    }

    [Fact]
    public async Task Change_ToSeller_ApprovesTheLastApplication()
    {
        await using var database = await StartAsync();
        var userId = (await ImportAsync(database, "hopeful"))[0];
        var applications = database.Get<SellerApplications>();
        await applications.ApplyAsync(userId, "I sell lamps", Token);

        var (outcome, row) = await database.Get<UserAdministration>().ChangeAsync(userId, UserRole.Seller, null, Token);

        Assert.Equal((ChangeRoleOutcome.Changed, UserRole.Seller), (outcome, row!.User.Role));
        Assert.Equal((ApplicationStatus.Approved, "I sell lamps"), (row.Application!.Status, row.Application.Message));
        Assert.Equal(row, (await database.Get<UserAdministration>().ListAsync(0, 20, null, Token)).Items[0]);
        Assert.Equal(ApplyOutcome.AlreadySeller, (await applications.ApplyAsync(userId, "again", Token)).Outcome);
    }

    [Fact]
    public async Task Change_ToShopper_RefusesTheApplicationAndAllowsAnother()
    {
        await using var database = await StartAsync();
        var userId = (await ImportAsync(database, "hopeful"))[0];
        var applications = database.Get<SellerApplications>();
        await applications.ApplyAsync(userId, "first", Token);
        Assert.Equal("first", (await applications.ApplyAsync(userId, "second", Token)).Application!.Message);

        await database.Get<UserAdministration>().ChangeAsync(userId, UserRole.Shopper, null, Token);
        Assert.Equal(ApplicationStatus.Refused, (await applications.FindAsync(userId, Token))!.Status);

        await applications.ApplyAsync(userId, "third", Token);
        Assert.Equal((ApplicationStatus.Pending, "third"), await applications.FindAsync(userId, Token) is { } last ? (last.Status, last.Message) : default);
    }

    [Theory]
    [InlineData(null, "required")]
    [InlineData(" ", "required")]
    [InlineData("long", "tooLong")]
    public async Task Apply_RuleBroken_SaysWhich(string? message, string rule)
    {
        await using var database = Create();

        var result = await database.Get<SellerApplications>().ApplyAsync(1, message is "long" ? new string('x', 1001) : message, Token);

        Assert.Equal((ApplyOutcome.Invalid, rule), (result.Outcome, Assert.Single(result.Errors!).Rule));
    }

    [Fact]
    public async Task Apply_AtOnce_IsOneApplication()
    {
        await using var database = await StartAsync();

        var results = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(() => database.Get<SellerApplications>().ApplyAsync(7, $"try {i}", Token), Token)));

        Assert.Equal(1, await database.ReadAsync(db => db.SellerApplications.CountAsync(Token)));
        Assert.All(results, r => Assert.Equal(ApplyOutcome.Pending, r.Outcome));
        Assert.Single(results.Select(r => r.Application!.Message).Distinct());
    }

    [Fact]
    public async Task Change_LastAdmin_StaysOne()
    {
        await using var database = await StartAsync();
        var administration = database.Get<UserAdministration>();
        var ids = await ImportAsync(database, UserRole.Admin, "first", "second");

        Assert.Equal(ChangeRoleOutcome.Changed, (await administration.ChangeAsync(ids[0], null, true, Token)).Outcome);
        Assert.Equal(ChangeRoleOutcome.LastAdmin, (await administration.ChangeAsync(ids[1], UserRole.Seller, null, Token)).Outcome);
        Assert.Equal(ChangeRoleOutcome.LastAdmin, (await administration.ChangeAsync(ids[1], null, true, Token)).Outcome);
        Assert.Equal(ChangeRoleOutcome.Changed, (await administration.ChangeAsync(ids[0], null, false, Token)).Outcome);
        Assert.Equal(ChangeRoleOutcome.Changed, (await administration.ChangeAsync(ids[1], UserRole.Seller, null, Token)).Outcome);
    }

    [Fact]
    public async Task Change_AdminsDemoteEachOtherAtOnce_OneStays()
    {
        await using var database = await StartAsync();
        var ids = await ImportAsync(database, UserRole.Admin, "first", "second", "third");

        await Task.WhenAll(ids.Select(id => Task.Run(() => database.Get<UserAdministration>().ChangeAsync(id, UserRole.Shopper, null, Token), Token)));

        Assert.Equal(1, await database.ReadAsync(db => db.Users.CountAsync(u => u.Role == UserRole.Admin, Token)));
    }

    [Fact]
    public async Task Change_Nobody_IsNotFound()
    {
        await using var database = await StartAsync();

        Assert.Equal((ChangeRoleOutcome.NotFound, null), await database.Get<UserAdministration>().ChangeAsync(42, UserRole.Seller, null, Token));
    }

    [Fact]
    public async Task Suspended_AfterRefresh_AreKnown()
    {
        await using var database = await StartAsync();
        var ids = await ImportAsync(database, "one", "two");
        var suspended = database.Get<SuspendedUsers>();
        await database.Get<UserAdministration>().ChangeAsync(ids[0], null, true, Token);
        await suspended.RefreshAsync(Token);
        Assert.True(suspended.Contains(ids[0]));
        Assert.False(suspended.Contains(ids[1]));

        await database.Get<UserAdministration>().ChangeAsync(ids[0], null, false, Token);
        await suspended.RefreshAsync(Token);
        Assert.False(suspended.Contains(ids[0]));
    }

    [Fact]
    public async Task Import_OneWrong_ImportsNone()
    {
        await using var database = await StartAsync();
        await ImportAsync(database, "existing");

        var result = await database.Get<UserAdministration>().ImportAsync(
            [
                new("fine", Md5OfPassword, "A", "B", UserRole.Shopper),
                new("Existing", Md5OfPassword, "A", "B", UserRole.Shopper),
                new("FINE", Md5OfPassword, "A", "B", UserRole.Shopper),
                new("x", "not a hash", "", "B", (UserRole)9),
            ],
            Token);

        Assert.Empty(result.UserIds);
        Assert.Equal(
            [
                "users[1].userName taken", "users[2].userName taken", "users[3].firstName required", "users[3].passwordHash format",
                "users[3].role format", "users[3].userName tooShort",
            ],
            result.Errors.Select(e => $"{e.Field} {e.Rule}").Order(StringComparer.Ordinal));
        Assert.Equal(1, await database.ReadAsync(db => db.Users.CountAsync(Token)));
    }

    [Theory]
    [InlineData("AQAAAAIAAYagAAAAEA==")]
    [InlineData("5f4dcc3b5aa765d61d8327deb882cf9")]
    [InlineData("5f4dcc3b5aa765d61d8327deb882cfzz")]
    [InlineData("!!!")]
    public async Task Import_HashNobodyCanVerify_IsRefused(string hash)
    {
        await using var database = await StartAsync();

        var result = await database.Get<UserAdministration>().ImportAsync([new("veteran", hash, "A", "B", UserRole.Shopper)], Token);

        Assert.Equal("format", Assert.Single(result.Errors).Rule);
    }

    private static Task<IReadOnlyList<long>> ImportAsync(TestDatabase database, params IReadOnlyList<string> userNames) =>
        ImportAsync(database, UserRole.Shopper, userNames);

    private static async Task<IReadOnlyList<long>> ImportAsync(TestDatabase database, UserRole role, params IReadOnlyList<string> userNames)
    {
        var result = await database.Get<UserAdministration>().ImportAsync([.. userNames.Select(name => new ImportedUser(name, Md5OfPassword, "A", "B", role))], Token);
        Assert.Empty(result.Errors);
        return result.UserIds;
    }
}
