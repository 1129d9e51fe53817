using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Seckill.Core.Accounts;
using Seckill.Tests.Shared;
using static Seckill.Tests.Shared.TestDatabase;

namespace Seckill.Tests.Accounts;

public sealed class UserAccountsTests
{
    private const string Address = "203.0.113.7";
    private const string Password = "correct horse";

    [Fact]
    public async Task Register_ThenSignIn_GivesTheAccount()
    {
        await using var database = await StartAsync();
        var accounts = database.Get<UserAccounts>();

        var registered = await accounts.RegisterAsync(new(" Мария.李-7_ ", Password, " Mary ", "Li"), Address, Token);
        var signedIn = await accounts.SignInAsync("МАРИЯ.李-7_", Password, Address, Token);

        Assert.Equal(RegisterOutcome.Registered, registered.Outcome);
        Assert.Equal(new UserView(registered.User!.UserId, "Мария.李-7_", "Mary", "Li", UserRole.Shopper, false, database.Now), registered.User);
        Assert.Equal(SignInOutcome.SignedIn, signedIn.Outcome);
        Assert.Equal(registered.User, signedIn.User);
        Assert.Equal(registered.User, await accounts.FindAsync(registered.User.UserId, Token));
    }

    [Theory]
    [InlineData("userName", "required", null, Password, "A", "B")]
    [InlineData("userName", "required", "   ", Password, "A", "B")]
    [InlineData("userName", "tooShort", "ab", Password, "A", "B")]
    [InlineData("userName", "tooLong", "a23456789-123456789-123456789-123", Password, "A", "B")]
    [InlineData("userName", "format", "a b c", Password, "A", "B")]
    [InlineData("userName", "format", "a@b.c", Password, "A", "B")]
    [InlineData("userName", "format", "<b>bold", Password, "A", "B")]
    [InlineData("password", "required", "abc", null, "A", "B")]
    [InlineData("password", "tooShort", "abc", "1234567", "A", "B")]
    [InlineData("firstName", "required", "abc", Password, " ", "B")]
    [InlineData("lastName", "required", "abc", Password, "A", null)]
    [InlineData("lastName", "tooLong", "abc", Password, "A", "123456789-123456789-123456789-123456789-123456789-1")]
    public async Task Register_RuleBroken_SaysWhich(string field, string rule, string? userName, string? password, string? firstName, string? lastName)
    {
        await using var database = Create();

        var result = await database.Get<UserAccounts>().RegisterAsync(new(userName, password, firstName, lastName), Address, Token);

        Assert.Equal(RegisterOutcome.Invalid, result.Outcome);
        var error = Assert.Single(result.Errors!);
        Assert.Equal((field, rule), (error.Field, error.Rule));
    }

    [Fact]
    public async Task Register_LongestOfEverything_IsTaken()
    {
        await using var database = await StartAsync();
        var registration = new Registration(new string('a', 32), new string('b', 128), new string('c', 50), new string('d', 50));

        Assert.Equal(RegisterOutcome.Registered, (await database.Get<UserAccounts>().RegisterAsync(registration, Address, Token)).Outcome);
        var tooLong = await database.Get<UserAccounts>().RegisterAsync(registration with { UserName = "other", Password = new string('b', 129) }, Address, Token);
        Assert.Equal("tooLong", Assert.Single(tooLong.Errors!).Rule);
    }

    [Fact]
    public async Task Register_NameDiffersInCaseOrComposition_IsTaken()
    {
        await using var database = await StartAsync();
        var accounts = database.Get<UserAccounts>();
        await accounts.RegisterAsync(new("André", Password, "A", "B"), Address, Token);

        Assert.Equal(RegisterOutcome.NameTaken, (await accounts.RegisterAsync(new("ANDRÉ", Password, "A", "B"), Address, Token)).Outcome);
        Assert.Equal(RegisterOutcome.NameTaken, (await accounts.RegisterAsync(new("Andre\u0301", Password, "A", "B"), Address, Token)).Outcome);
    }

    [Fact]
    public async Task Register_SameNameAtOnce_OneGetsIt()
    {
        await using var database = await StartAsync();

        var results = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Task.Run(
            () => database.Get<UserAccounts>().RegisterAsync(new("wanted", Password, "A", "B"), Address, Token), Token)));

        Assert.Equal(1, results.Count(r => r.Outcome is RegisterOutcome.Registered));
        Assert.Equal(5, results.Count(r => r.Outcome is RegisterOutcome.NameTaken));
    }

    [Fact]
    public async Task Register_TooManyFromOneAddress_IsThrottled()
    {
        await using var database = await StartAsync(("Accounts:RegistrationsPerMinute", "1"));
        var accounts = database.Get<UserAccounts>();
        await accounts.RegisterAsync(new("one", Password, "A", "B"), Address, Token);

        var second = await accounts.RegisterAsync(new("two", Password, "A", "B"), Address, Token);
        Assert.Equal((RegisterOutcome.TooManyTries, TimeSpan.FromMinutes(1)), (second.Outcome, second.RetryAfter));
        Assert.Equal(RegisterOutcome.Registered, (await accounts.RegisterAsync(new("two", Password, "A", "B"), "::1", Token)).Outcome);
    }

    [Fact]
    public async Task SignIn_WrongNameOrPassword_IsWrong()
    {
        await using var database = await StartAsync();
        var accounts = database.Get<UserAccounts>();
        await accounts.RegisterAsync(new("shopper", Password, "A", "B"), Address, Token);

        Assert.Equal(SignInOutcome.Wrong, (await accounts.SignInAsync("shopper", "wrong horse", Address, Token)).Outcome);
        Assert.Equal(SignInOutcome.Wrong, (await accounts.SignInAsync("nobody", Password, Address, Token)).Outcome);
        Assert.Equal(SignInOutcome.Wrong, (await accounts.SignInAsync(null, null, Address, Token)).Outcome);
        Assert.Equal(SignInOutcome.Wrong, (await accounts.SignInAsync("\ud800bc", new string('x', 10_000), Address, Token)).Outcome);
    }

    [Fact]
    public async Task SignIn_TooManyTries_IsThrottledUntilLater()
    {
        await using var database = await StartAsync(("Accounts:SignInTriesPerMinute", "2"));
        var accounts = database.Get<UserAccounts>();
        await accounts.RegisterAsync(new("shopper", Password, "A", "B"), Address, Token);
        await accounts.SignInAsync("shopper", "wrong horse", Address, Token);
        await accounts.SignInAsync("shopper", "wrong horse", Address, Token);

        var third = await accounts.SignInAsync("shopper", Password, Address, Token);
        Assert.Equal((SignInOutcome.TooManyTries, TimeSpan.FromSeconds(30)), (third.Outcome, third.RetryAfter));

        database.Time.Advance(third.RetryAfter);
        Assert.Equal(SignInOutcome.SignedIn, (await accounts.SignInAsync("shopper", Password, Address, Token)).Outcome);
    }

    [Fact]
    public async Task SignIn_Md5Account_IsUpgradedOnce()
    {
        await using var database = await StartAsync();
        var accounts = database.Get<UserAccounts>();
        await ImportAsync(database, Md5("old password"));

        Assert.Equal(SignInOutcome.Wrong, (await accounts.SignInAsync("veteran", Password, Address, Token)).Outcome);
        Assert.Equal(Md5("old password"), await HashAsync(database));

        Assert.Equal(SignInOutcome.SignedIn, (await accounts.SignInAsync("veteran", "old password", Address, Token)).Outcome);
        var upgraded = await HashAsync(database);
        Assert.NotEqual(Md5("old password"), upgraded);

        Assert.Equal(SignInOutcome.SignedIn, (await accounts.SignInAsync("veteran", "old password", Address, Token)).Outcome);
        Assert.Equal(upgraded, await HashAsync(database));
    }

    [Theory, InlineData(1_000, true), InlineData(19_999, true), InlineData(20_000, false), InlineData(20_001, false)]
    public async Task SignIn_HashOfFewerIterations_IsUpgraded(int iterations, bool upgrades)
    {
        await using var database = await StartAsync(("Accounts:PasswordIterations", "20000"));
        var imported = new PasswordHasher<string>(Options.Create(new PasswordHasherOptions { IterationCount = iterations })).HashPassword("", Password);
        await ImportAsync(database, imported);

        Assert.Equal(SignInOutcome.SignedIn, (await database.Get<UserAccounts>().SignInAsync("veteran", Password, Address, Token)).Outcome);
        Assert.Equal(upgrades, imported != await HashAsync(database));
    }

    [Fact]
    public async Task SignIn_Suspended_IsToldOnlyWithThePassword()
    {
        await using var database = await StartAsync();
        var accounts = database.Get<UserAccounts>();
        var user = (await accounts.RegisterAsync(new("shopper", Password, "A", "B"), Address, Token)).User!;
        await database.Get<UserAdministration>().ChangeAsync(user.UserId, null, true, Token);

        Assert.Equal(SignInOutcome.Suspended, (await accounts.SignInAsync("shopper", Password, Address, Token)).Outcome);
        Assert.Equal(SignInOutcome.Wrong, (await accounts.SignInAsync("shopper", "wrong horse", Address, Token)).Outcome);
    }

    [Theory]
    [InlineData("Accounts:SignInTriesPerMinute")]
    [InlineData("Accounts:RegistrationsPerMinute")]
    [InlineData("Accounts:PasswordIterations", "9999")]
    [InlineData("Accounts:PasswordIterations", "10000001")]
    public async Task Options_TooLowOrTooHigh_SaySo(string setting, string value = "0")
    {
        await using var database = Create(settings: (setting, value));

        var exception = Assert.Throws<OptionsValidationException>(() => database.Get<IOptions<AccountsOptions>>().Value);
        Assert.StartsWith(setting, exception.Message, StringComparison.Ordinal);
    }

    private static async Task ImportAsync(TestDatabase database, string hash) =>
        Assert.Empty((await database.Get<UserAdministration>().ImportAsync([new("veteran", hash, "A", "B", UserRole.Shopper)], Token)).Errors);

    private static Task<string> HashAsync(TestDatabase database) => database.ReadAsync(db => db.Users.Select(u => u.PasswordHash).SingleAsync(Token));

#pragma warning disable CA5351 // What an old system left behind.
    private static string Md5(string password) => Convert.ToHexStringLower(MD5.HashData(Encoding.UTF8.GetBytes(password)));
#pragma warning restore CA5351
}
