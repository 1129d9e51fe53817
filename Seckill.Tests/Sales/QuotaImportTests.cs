using System.Text;
using Microsoft.EntityFrameworkCore;
using Seckill.Core.Accounts;
using Seckill.Core.Sales;
using Seckill.Tests.Shared;
using static Seckill.Tests.Shared.TestDatabase;

namespace Seckill.Tests.Sales;

public sealed class QuotaImportTests
{
    private const long Seller = 1;

    [Theory]
    [InlineData("bob,3\n77,0\n")]
    [InlineData("user,quota\r\nbob,3\r\n77,0")]
    [InlineData("\uFEFF用户,额度\nBOB,3\n\n77,0\n")]
    [InlineData("\"bob\";\"3\"\n77;0;;\n")]
    [InlineData("\t77\t0\n bob \t 3 \n")]
    [InlineData("\uFEFFuser name,Remaining\n\"bob\" , 3\n\" 77\",\"0\"")]
    public async Task Run_GoodList_SetsTheQuotas(string list)
    {
        await using var database = await StartAsync();
        var (productId, bob) = await ProductAsync(database);

        var result = await RunAsync(database, productId, list);

        Assert.Equal((QuotaImportOutcome.Done, 2), (result.Outcome, result.Quotas));
        Assert.Equal([(bob, 3), (77L, 0), (99L, 9)], await QuotasAsync(database, bob));
    }

    [Fact]
    public async Task Run_BadLines_ReportsEachAndChangesNothing()
    {
        await using var database = await StartAsync();
        var (productId, bob) = await ProductAsync(database);

        var result = await RunAsync(database, productId, """
            user,quota
            bob,3
            nobody,3

            1.23457E+18,3
            77,
            ,5
            78,many
            79,10001
            80,-1
            81
            82,1,VIP
            "83,1
            Bob,4
            84,1.5
            """);

        Assert.Equal(QuotaImportOutcome.BadLines, result.Outcome);
        Assert.Equal(
            [
                (3, "user", "unknownUser"), (5, "user", "roundedId"), (6, "quota", "required"), (7, "user", "required"), (8, "quota", "integer"), (9, "quota", "range"), (10, "quota", "range"),
                (11, "line", "columns"), (12, "line", "columns"), (13, "line", "quotes"), (14, "user", "duplicate"), (15, "quota", "integer"),
            ],
            result.BadLines.Select(line => (line.Line, line.Error.Field, line.Error.Rule)));
        Assert.Equal("82,1,VIP", result.BadLines[8].Text);
        Assert.Equal([2], result.BadLines[10].Error.Bounds);
        Assert.Equal([(99L, 9)], await QuotasAsync(database, bob));
    }

    [Fact]
    public async Task Run_NoList_SaysWhy()
    {
        await using var database = await StartAsync();
        var (productId, bob) = await ProductAsync(database);

        Assert.Equal(QuotaImportOutcome.Empty, (await RunAsync(database, productId, "user,quota\n\n")).Outcome);
        Assert.Equal(QuotaImportOutcome.Empty, (await RunAsync(database, productId, "")).Outcome);
        Assert.Equal(QuotaImportOutcome.NotText, (await RunAsync(database, productId, [0xD5, 0xC5, 0xC8, 0xFD, 0x2C, 0x33])).Outcome);
        Assert.Equal(QuotaImportOutcome.NotText, (await RunAsync(database, productId, Encoding.Unicode.GetBytes("bob,3"))).Outcome);
        Assert.Equal(QuotaImportOutcome.TooLarge, (await RunAsync(database, productId, new byte[QuotaImport.MaxBytes + 1])).Outcome);
        Assert.Equal(QuotaImportOutcome.TooLarge, (await RunAsync(database, productId, Many(QuotaImport.MaxLines + 1))).Outcome);
        Assert.Equal(QuotaImportOutcome.NotFound, (await RunAsync(database, productId, "bob,3", seller: 2)).Outcome);
        Assert.Equal(QuotaImportOutcome.NotFound, (await RunAsync(database, 12345, "bob,3")).Outcome);
        Assert.Equal([(99L, 9)], await QuotasAsync(database, bob));
    }

    [Fact]
    public async Task Run_LongestListWithOneLineOfNothingButQuotes_IsReadQuickly()
    {
        await using var database = await StartAsync();
        var (productId, _) = await ProductAsync(database);
        var began = TimeProvider.System.GetTimestamp();

        Assert.Equal(QuotaImportOutcome.BadLines, (await RunAsync(database, productId, "x" + new string('"', 1_000_000))).Outcome);

        Assert.True(TimeProvider.System.GetElapsedTime(began) < TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task Run_LongestList_IsOneChangeForTheLiveSale()
    {
        await using var database = await StartAsync();
        var (productId, _) = await ProductAsync(database);
        await database.Get<SellerSales>().PlanAsync(Seller, new(productId, 100, 10, database.Now, database.Now.AddHours(1), null), Token);

        var result = await RunAsync(database, productId, Many(QuotaImport.MaxLines));

        Assert.Equal(QuotaImport.MaxLines, result.Quotas);
        Assert.Equal(QuotaImport.MaxLines + 1, await database.ReadAsync(db => db.VipPurchaseLimits.CountAsync(Token)));
        Assert.Equal(1, await database.ReadAsync(db => db.FlashSales.Select(s => s.Generation).SingleAsync(Token)));
        Assert.Equal(QuotaImport.MaxLines + 1, (await database.Get<AuditTrail>().ListOfProductAsync(Seller, productId, 0, 1, Token))!.Total);
    }

    private static string Many(int lines) => string.Concat(Enumerable.Range(1000, lines).Select(id => $"{id},1\n"));

    private static async Task<(long ProductId, long Bob)> ProductAsync(TestDatabase database)
    {
        var bob = await database.Get<UserAccounts>().OpenAsync(new("bob", "correct horse", "Bob", "B"), UserRole.Shopper, Token);
        var productId = (await database.Get<SellerProducts>().CreateAsync(Seller, new("Kettle", "", 100, null), Token)).Id;
        await database.Get<SellerProducts>().SetVipLimitAsync(Seller, productId, 99, 9, Token);
        return (productId, bob.User!.UserId);
    }

    // Bob's, whose id is larger than any here, first.
    private static async Task<IEnumerable<(long UserId, int Remaining)>> QuotasAsync(TestDatabase database, long bob) =>
        (await database.ReadAsync(db => db.VipPurchaseLimits.ToListAsync(Token))).OrderBy(v => v.UserId == bob ? 0 : v.UserId).Select(v => (v.UserId, v.Remaining));

    private static Task<QuotaImportResult> RunAsync(TestDatabase database, long productId, string list, long seller = Seller) =>
        RunAsync(database, productId, Encoding.UTF8.GetBytes(list), seller);

    private static Task<QuotaImportResult> RunAsync(TestDatabase database, long productId, byte[] list, long seller = Seller) =>
        database.Get<QuotaImport>().RunAsync(seller, productId, new MemoryStream(list), Token);
}
