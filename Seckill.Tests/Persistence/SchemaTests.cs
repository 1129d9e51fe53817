using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using Seckill.Core.Ordering;
using Seckill.Core.Persistence;
using Seckill.Tests.Shared;

namespace Seckill.Tests.Persistence;

public sealed partial class SchemaTests
{
    [Fact]
    public void Migrations_Sqlite_AgreeWithTheModel()
    {
        using var db = new SqliteDesignTimeFactory().CreateDbContext([]);

        Assert.False(db.Database.HasPendingModelChanges());
    }

    [Fact]
    public void Migrations_SqlServer_AgreeWithTheModel()
    {
        using var db = new SqlServerDesignTimeFactory().CreateDbContext([]);

        Assert.False(db.Database.HasPendingModelChanges());
    }

    [Fact]
    public async Task Save_RowIsThereAlready_ThrowsAndLogsNoError()
    {
        await using var house = await TestHouse.StartStillAsync(Store.Embedded);
        await SaveAsync();

        await Assert.ThrowsAsync<DbUpdateException>(SaveAsync);

        Assert.DoesNotContain("UNIQUE", TestContext.Current.TestOutputHelper!.Output, StringComparison.Ordinal);

        async Task SaveAsync()
        {
            await using var db = await house.Get<IDbContextFactory<SeckillDbContext>>().CreateDbContextAsync(TestHouse.Token);
            db.SandboxCharges.Add(new() { PaymentId = 1, AmountCents = 1, State = ChargeState.Taken });
            await db.SaveChangesAsync(TestHouse.Token);
        }
    }

    [Fact]
    public void CreateScript_SqlServer_IsValid()
    {
        using var db = new SqlServerDesignTimeFactory().CreateDbContext([]);

        Assert.Empty(SqlServerModel.Validate(db.Database.GenerateCreateScript()));
    }

    [Fact]
    public void LedgerSql_SqlServer_IsValid()
    {
        using var db = new SqlServerDesignTimeFactory().CreateDbContext([]);
        ILedgerSql sql = new SqlServerLedgerSql();

        Assert.Empty(SqlServerModel.Validate(db.Database.GenerateCreateScript(), [.. sql.All.Select(statement => Placeholder().Replace(statement, "@p$1"))]));
    }

    [Theory]
    [InlineData("UPDATE Stocks SET SeckillStock = SeckillStock - @quantity WHERE SaleId = @saleId", true)]
    [InlineData("UPDATE Stocks SET SekillStock = 0", false)]
    [InlineData("UPDATE Stocks SET WHERE", false)]
    public void Validate_Statement_FindsWhatIsWrong(string statement, bool valid)
    {
        using var db = new SqlServerDesignTimeFactory().CreateDbContext([]);

        Assert.Equal(valid, SqlServerModel.Validate(db.Database.GenerateCreateScript(), statement).Count == 0);
    }

    [GeneratedRegex(@"\{(\d+)\}")]
    private static partial Regex Placeholder();
}
