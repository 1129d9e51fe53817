using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.Extensions.Options;
using Seckill.Core;
using Seckill.Core.Accounts;
using Seckill.Core.Persistence;
using Seckill.Tests.Shared;

namespace Seckill.Tests.Persistence;

public sealed class DatabaseStartTests
{
    [Fact]
    public async Task Run_Twice_TakesAnotherNodeAndNewerIds()
    {
        await using var first = await TestDatabase.StartAsync();
        var product = await first.Get<Core.Sales.SellerProducts>().CreateAsync(1, new("Kettle", null, 100, null), TestDatabase.Token);

        // The same database, on a machine whose clock is an hour behind.
        var second = TestDatabase.Create(directory: first.Directory);
        second.Time.AdjustTime(second.Time.GetUtcNow().AddHours(-1));
        await second.RunStartAsync();

        Assert.Equal(2, await first.ReadAsync(db => db.House.Select(h => h.Starts).SingleAsync(TestDatabase.Token)));
        Assert.True(second.Get<IdGenerator>().Next() > product.Id);
        Assert.NotEqual(NodeOf(first.Get<IdGenerator>().Next()), NodeOf(second.Get<IdGenerator>().Next()));

        static long NodeOf(long id) => (id >> 12) % IdGenerator.NodeCount;
    }

    [Fact]
    public async Task Run_Always_SetsUpEveryConnection()
    {
        await using var database = await TestDatabase.StartAsync();

        Assert.Equal("wal", await PragmaAsync<string>("journal_mode"));
        Assert.Equal(2, await PragmaAsync<long>("synchronous"));
        Assert.Equal(10_000, await PragmaAsync<long>("busy_timeout"));

        // Of the second of two that are open at once.
        Task<T> PragmaAsync<T>(string name) => database.ReadAsync(async first =>
        {
            await first.Database.OpenConnectionAsync(TestDatabase.Token);
            return await database.ReadAsync(async second =>
            {
                await second.Database.OpenConnectionAsync(TestDatabase.Token);
                await using var command = second.Database.GetDbConnection().CreateCommand();
                command.CommandText = $"PRAGMA {name}";
                return (T)(await command.ExecuteScalarAsync(TestDatabase.Token))!;
            });
        });
    }

    [Fact]
    public async Task Run_LockOfAMigrationKilledLongAgo_Starts()
    {
        await using var database = await TestDatabase.StartAsync();
        await database.ReadAsync(db => db.Database.ExecuteSqlAsync($"DELETE FROM __EFMigrationsHistory", TestDatabase.Token));
        await database.ReadAsync(db => db.Database.ExecuteSqlAsync(
            $"INSERT INTO __EFMigrationsLock(Id, Timestamp) VALUES(1, '2026-06-18 11:00:00+00:00')", TestDatabase.Token));

        // The tables are there already, so a migration that got past the lock fails at the first of them.
        var failure = await Assert.ThrowsAsync<StartException>(database.RunStartAsync);
        Assert.IsType<Microsoft.Data.Sqlite.SqliteException>(failure.InnerException);
    }

    [Fact]
    public async Task Run_AdminConfigured_MakesTheFirstAdminOnce()
    {
        await using var database = await TestDatabase.StartAsync(("Admin:UserName", "root"), ("Admin:Password", "correct horse"));
        await database.RunStartAsync();

        var users = await database.ReadAsync(db => db.Users.ToListAsync(TestDatabase.Token));
        Assert.Equal(("root", UserRole.Admin), (Assert.Single(users).UserName, users[0].Role));
    }

    [Theory]
    [InlineData("root", "short", "Admin:Password")]
    [InlineData("root", null, "Admin:Password")]
    [InlineData(null, "correct horse", "Admin:UserName")]
    [InlineData("no blanks", "correct horse", "Admin:UserName")]
    public async Task Run_AdminConfiguredWrong_StopsWithASentence(string? userName, string? password, string names)
    {
        await using var database = TestDatabase.Create(settings: [("Admin:UserName", userName), ("Admin:Password", password)]);

        var exception = await Assert.ThrowsAsync<StartException>(database.RunStartAsync);
        Assert.StartsWith(names, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_AdminNamesAShopper_Stops()
    {
        await using var database = await TestDatabase.StartAsync();
        await database.Get<UserAccounts>().RegisterAsync(new("root", "correct horse", "A", "B"), "::1", TestDatabase.Token);
        var again = TestDatabase.Create(directory: database.Directory, settings: [("Admin:UserName", "ROOT"), ("Admin:Password", "correct horse")]);

        await Assert.ThrowsAsync<StartException>(again.RunStartAsync);
    }

    [Fact]
    public async Task Run_DevelopmentAndEmpty_MakesDemoDataOnce()
    {
        await using var database = TestDatabase.Create("Development");
        await database.RunStartAsync();
        await database.RunStartAsync();

        var signIn = await database.Get<UserAccounts>().SignInAsync("seller", DemoData.Password, "::1", TestDatabase.Token);
        Assert.Equal(UserRole.Seller, signIn.User?.Role);
        var products = await database.Get<Core.Catalog.ProductQueries>().ListAsync(0, 20, cancellationToken: TestDatabase.Token);
        Assert.Equal(8, products.Total);
        Assert.Contains("Aurora", products.Items[0].Name, StringComparison.Ordinal);
        var sales = await database.Get<Core.Sales.SellerSales>().ListAsync(signIn.User!.UserId, 0, 20, TestDatabase.Token);
        Assert.Equal(3, sales.Items.Count(s => s.Phase == Core.Live.SalePhase.Open));
        Assert.Equal(1, sales.Items.Count(s => s.Phase == Core.Live.SalePhase.Ended));
        Assert.Equal(3, sales.Items.Count(s => s.Phase == Core.Live.SalePhase.Upcoming));
        Assert.Equal(1, (await database.Get<UserAdministration>().ListApplicantsAsync(0, 20, null, TestDatabase.Token)).Total);
    }

    [Fact]
    public async Task Run_DemoData_HasARunningSaleThatIsUnderWay()
    {
        await using var database = TestDatabase.Create("Development");
        await database.RunStartAsync();
        var seller = (await database.Get<UserAccounts>().SignInAsync("seller", DemoData.Password, "::1", TestDatabase.Token)).User!.UserId;
        var running = (await database.Get<Core.Sales.SellerSales>().ListAsync(seller, 0, 20, TestDatabase.Token)).Items.Single(s => s.Phase == Core.Live.SalePhase.Open && s.OpensAt < database.Now);

        var orders = await database.ReadAsync(db => db.Orders.Where(o => o.SaleId == running.SaleId).ToListAsync(TestDatabase.Token));
        var stock = await database.ReadAsync(db => db.Stocks.Where(s => s.SaleId == running.SaleId).Select(s => s.SeckillStock).SingleAsync(TestDatabase.Token));
        var moments = (await database.Get<Core.Live.SaleHistory>().ListAsync(seller, running.SaleId, TestDatabase.Token))!;

        Assert.All(Enum.GetValues<Core.Ordering.OrderStatus>(), status => Assert.Contains(orders, o => o.Status == status));
        Assert.Equal(running.Units, stock + orders.Where(o => o.Status is Core.Ordering.OrderStatus.Paid or Core.Ordering.OrderStatus.PendingPayment).Sum(o => o.Quantity));
        Assert.InRange(stock, 10, running.Units - 10);
        Assert.All(orders, o => Assert.True(o.CreatedAt <= database.Now && o.UpdatedAt <= database.Now));
        Assert.All(orders.Where(o => o.Status == Core.Ordering.OrderStatus.PendingPayment), o => Assert.True(o.PayBeforeAt > database.Now));
        Assert.True(moments.Count > 20 && moments[^1].At <= database.Now);
        Assert.Equal(3, (await database.Get<Core.Sales.AuditTrail>().ListAsync(seller, running.SaleId, TestDatabase.Token))!.Count);
    }

    [Fact]
    public async Task Run_DemoData_HasAFinishedSaleWithBalancedBooks()
    {
        await using var database = TestDatabase.Create("Development");
        await database.RunStartAsync();
        var seller = (await database.Get<UserAccounts>().SignInAsync("seller", DemoData.Password, "::1", TestDatabase.Token)).User!.UserId;
        var over = (await database.Get<Core.Sales.SellerSales>().ListAsync(seller, 0, 20, TestDatabase.Token)).Items.Single(s => s.Phase == Core.Live.SalePhase.Ended);

        var orders = await database.ReadAsync(db => db.Orders.Where(o => o.SaleId == over.SaleId).ToListAsync(TestDatabase.Token));
        var moments = (await database.Get<Core.Live.SaleHistory>().ListAsync(seller, over.SaleId, TestDatabase.Token))!;
        var stock = await database.ReadAsync(db => db.Stocks.Where(s => s.SaleId == over.SaleId).Select(s => s.SeckillStock).SingleAsync(TestDatabase.Token));

        var paid = orders.Where(o => o.Status == Core.Ordering.OrderStatus.Paid).Sum(o => o.Quantity);
        Assert.Equal(over.Units, stock + paid);
        Assert.All(
            [Core.Ordering.OrderStatus.Paid, Core.Ordering.OrderStatus.Cancelled, Core.Ordering.OrderStatus.TimedOut],
            status => Assert.Contains(orders, o => o.Status == status));
        Assert.Equal(orders.Count, await database.ReadAsync(db => db.SeckillRecords.CountAsync(r => r.SaleId == over.SaleId, TestDatabase.Token)));
        Assert.All(orders.GroupBy(o => o.BuyerId), own => Assert.InRange(own.Sum(o => o.Quantity), 1, 2));
        Assert.All(orders, o => Assert.True(o.UpdatedAt < over.EndsAt));
        Assert.InRange(moments.Count, 100, Core.Live.SaleSampler.MostSamples);
        Assert.All(moments, m => Assert.InRange(m.Left, 0, over.Units));
        Assert.Equal((stock, paid, 0, (long)orders.Count), (moments[^1].Left, moments[^1].Paid, moments[^1].AwaitingPayment, moments[^1].Granted));
        Assert.Contains(moments, m => m.Left == 0);
    }

    [Fact]
    public async Task Run_OlderSchema_KeepsWhatWasCountedAndNoted()
    {
        await using var database = TestDatabase.Create();
        await database.ReadAsync(async db =>
        {
            await db.GetService<IMigrator>().MigrateAsync("Initial", TestDatabase.Token);
            return await db.Database.ExecuteSqlAsync(
                $"""
                INSERT INTO SaleSamples (SaleSampleId, SaleId, At, "Left", Queued, AwaitingPayment, Paid, Granted, Refused) VALUES (1, 7, 0, 3, 0, 0, 0, 2, 41);
                INSERT INTO AuditEntries (AuditEntryId, SaleId, UserId, Action, "Before", "After", At) VALUES (2, 7, 1, 'pause', 'a', 'b', 0);
                """);
        });

        await database.RunStartAsync();

        var sample = await database.ReadAsync(db => db.SaleSamples.SingleAsync(TestDatabase.Token));
        Assert.Equal((41, 41, 0), (sample.Refusals.Other, sample.Refusals.Total, sample.Watchers));
        Assert.Equal(7, await database.ReadAsync(db => db.AuditEntries.Select(e => e.SubjectId).SingleAsync(TestDatabase.Token)));
    }

    [Fact]
    public async Task Run_NotDevelopment_MakesNothing()
    {
        await using var database = TestDatabase.Create("Production");
        await database.RunStartAsync();

        Assert.Equal(0, await database.ReadAsync(db => db.Users.CountAsync(TestDatabase.Token)));
    }

    [Theory]
    [InlineData("Oracle", "Database:Provider must be")]
    [InlineData("SqlServer", "Database:Provider is SqlServer, so ConnectionStrings:Database")]
    public async Task Options_Wrong_SaySo(string provider, string sentence)
    {
        await using var database = TestDatabase.Create(settings: ("Database:Provider", provider));

        var exception = Assert.Throws<OptionsValidationException>(() => database.Get<IOptions<DatabaseOptions>>().Value);
        Assert.StartsWith(sentence, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Lock_DirectoryInUse_StopsWithASentence()
    {
        await using var database = TestDatabase.Create();
        var directory = database.Get<DataDirectory>();

        using (directory.Lock())
        {
            var exception = Assert.Throws<StartException>(directory.Lock);
            Assert.Contains(database.Directory, exception.Message, StringComparison.Ordinal);
        }

        directory.Lock().Dispose();
    }
}
