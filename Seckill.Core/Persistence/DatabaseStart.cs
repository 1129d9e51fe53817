using System.Data.Common;
using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Seckill.Core.Accounts;

namespace Seckill.Core.Persistence;

/// <summary>What has to be true of the database before anything else begins.</summary>
internal sealed partial class DatabaseStart(
    IDbContextFactory<SeckillDbContext> contexts,
    IOptions<DatabaseOptions> options,
    IConfiguration configuration,
    IHostEnvironment environment,
    IdGenerator ids,
    StoreClock clock,
    UserAccounts accounts,
    DemoData demo,
    ILogger<DatabaseStart> logger)
{
    /// <summary>Brings the schema up to date, takes this process' node number, and makes the first admin and the demo data where they are due.</summary>
    /// <exception cref="StartException">The first admin's settings are wrong.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await using var db = await OpenAsync(cancellationToken);
        var starts = await CountStartAsync(db, cancellationToken);
        ids.Start((int)(starts % IdGenerator.NodeCount), await NewestIdAsync(db, cancellationToken));
        var place = db.Database.GetDbConnection().DataSource;
        LogReady(options.Value.Provider, place, starts % IdGenerator.NodeCount);

        var empty = !await db.Users.AnyAsync(cancellationToken) && !await db.Products.AnyAsync(cancellationToken);
        await MakeFirstAdminAsync(db, cancellationToken);
        if (empty && environment.IsDevelopment())
        {
            await demo.SeedAsync(cancellationToken);
            LogDemoData();
        }
    }

    private async Task<SeckillDbContext> OpenAsync(CancellationToken cancellationToken)
    {
        try
        {
            var db = await contexts.CreateDbContextAsync(cancellationToken);
            await MigrateAsync(db, cancellationToken);
            return db;
        }
        catch (Exception e) when (e is DbException or ArgumentException)
        {
            throw new StartException(
                $"The {options.Value.Provider} database cannot be used: {e.Message.ReplaceLineEndings(" ")} Correct ConnectionStrings:Database; leave it empty to use a Sqlite file in the data directory.", e);
        }
    }

    private async Task MigrateAsync(SeckillDbContext db, CancellationToken cancellationToken)
    {
        var onSqlite = options.Value.Provider is DatabaseProvider.Sqlite;
        if (onSqlite)
        {
            await ForgetDeadMigrationAsync(db, cancellationToken);
        }

        var pending = (await db.Database.GetPendingMigrationsAsync(cancellationToken)).ToList();
        if (pending.Count > 0)
        {
            LogMigrating(pending.Count);
            await db.Database.MigrateAsync(cancellationToken);
        }

        if (onSqlite)
        {
            await db.Database.ExecuteSqlAsync($"PRAGMA journal_mode = WAL", cancellationToken);
        }
    }

    // On Sqlite, EF's migration lock is a row in a table. A process killed while migrating leaves it there, and every later start
    // would wait for it for ever.
    private async Task ForgetDeadMigrationAsync(SeckillDbContext db, CancellationToken cancellationToken)
    {
        if (await db.Database.SqlQuery<int>($"SELECT COUNT(*) AS Value FROM sqlite_master WHERE name = '__EFMigrationsLock'").SingleAsync(cancellationToken) == 1)
        {
            var longAgo = clock.UtcNow.AddMinutes(-5).ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
            await db.Database.ExecuteSqlAsync($"DELETE FROM __EFMigrationsLock WHERE Timestamp < {longAgo}", cancellationToken);
        }
    }

    private static async Task<long> CountStartAsync(SeckillDbContext db, CancellationToken cancellationToken)
    {
        while (true)
        {
            var starts = await db.House.Where(h => h.Id == House.TheOne).Select(h => h.Starts).SingleAsync(cancellationToken);
            var changed = await db.House
                .Where(h => h.Id == House.TheOne && h.Starts == starts)
                .ExecuteUpdateAsync(set => set.SetProperty(h => h.Starts, starts + 1), cancellationToken);
            if (changed == 1)
            {
                return starts + 1;
            }
        }
    }

    private static async Task<long> NewestIdAsync(SeckillDbContext db, CancellationToken cancellationToken)
    {
        // One by one, because each is a look at the end of an index.
        IQueryable<long>[] tables =
        [
            db.Users.Select(u => u.UserId),
            db.SellerApplications.Select(a => a.ApplicationId),
            db.Products.Select(p => p.ProductId),
            db.FlashSales.Select(s => s.SaleId),
            db.Stocks.Select(s => s.StockId),
            db.PurchaseLimits.Select(l => l.PurchaseLimitId),
            db.VipPurchaseLimits.Select(l => l.VipPurchaseLimitId),
            db.StockChanges.Select(c => c.StockChangeId),
            db.AuditEntries.Select(e => e.AuditEntryId),
            db.SeckillRecords.Select(r => r.SeckillId),
            db.Orders.Select(o => o.OrderId),
            db.Payments.Select(p => p.PaymentId),
            db.SaleSamples.Select(s => s.SaleSampleId),
        ];

        var newest = 0L;
        foreach (var table in tables)
        {
            newest = Math.Max(newest, await table.Select(id => (long?)id).MaxAsync(cancellationToken) ?? 0);
        }

        return newest;
    }

    private async Task MakeFirstAdminAsync(SeckillDbContext db, CancellationToken cancellationToken)
    {
        var userName = configuration["Admin:UserName"];
        var password = configuration["Admin:Password"];
        if (string.IsNullOrEmpty(userName) && string.IsNullOrEmpty(password)
            || await db.Users.AnyAsync(u => u.Role == UserRole.Admin, cancellationToken))
        {
            return;
        }

        var result = await accounts.OpenAsync(new(userName, password, "Admin", "Seckill"), UserRole.Admin, cancellationToken);
        switch (result.Outcome)
        {
            case RegisterOutcome.Registered:
                LogFirstAdmin(result.User!.UserName);
                break;
            case RegisterOutcome.NameTaken:
                throw new StartException("Admin:UserName names an account that is not an admin. Choose another name for the first admin.");
            case RegisterOutcome.Invalid when result.Errors!.Any(e => e.Field == "userName"):
                throw new StartException(
                    $"Admin:UserName must have {AccountRules.MinUserName} to {AccountRules.MaxUserName} letters, digits, '_', '-' or '.'.");
            default:
                throw new StartException($"Admin:Password must have {AccountRules.MinPassword} to {AccountRules.MaxPassword} characters.");
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Bringing the database up to date: {Count} migrations")]
    private partial void LogMigrating(int count);

    [LoggerMessage(Level = LogLevel.Information, Message = "Database: {Provider}, {Place}; this process is node {Node}")]
    private partial void LogReady(DatabaseProvider provider, string place, long node);

    [LoggerMessage(Level = LogLevel.Information, Message = "First admin {UserName} made")]
    private partial void LogFirstAdmin(string userName);

    [LoggerMessage(Level = LogLevel.Information, Message = "The database was empty: demo data made")]
    private partial void LogDemoData();
}
