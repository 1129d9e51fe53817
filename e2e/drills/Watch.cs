using Microsoft.Data.Sqlite;

namespace Seckill.Drills;

/// <summary>Looks into SQL all the time: what must hold at every moment.</summary>
internal sealed class Watch : IAsyncDisposable
{
    private readonly Action<string> _violated;
    private readonly CancellationTokenSource _over = new();
    private readonly Task _looking;
    private int _looks;

    public Watch(House house, Sale sale, Action<string> violated)
    {
        _violated = violated;
        _looking = Task.Run(() => LookAsync(house, sale, violated));
    }

    public async ValueTask DisposeAsync()
    {
        await _over.CancelAsync();
        await _looking;
        if (_looks == 0)
        {
            _violated("SQL could never be looked into.");
        }
    }

    private async Task LookAsync(House house, Sale sale, Action<string> violated)
    {
        var said = new HashSet<string>();
        while (!_over.IsCancellationRequested)
        {
            try
            {
                await using var ledger = house.OpenLedger();
                using var command = ledger.CreateCommand();
                command.CommandText =
                    """
                    SELECT
                        (SELECT COALESCE(SUM(Quantity), 0) FROM Orders WHERE SaleId = $sale AND Status IN ('PendingPayment', 'Paid')),
                        (SELECT Units FROM FlashSales WHERE SaleId = $sale),
                        (SELECT SeckillStock FROM Stocks WHERE SaleId = $sale),
                        (SELECT COUNT(*) FROM (SELECT 1 FROM Orders WHERE SaleId = $sale AND Status IN ('PendingPayment', 'Paid') GROUP BY BuyerId HAVING SUM(Quantity) > $limit))
                    """;
                command.Parameters.AddWithValue("$sale", sale.SaleId);
                command.Parameters.AddWithValue("$limit", sale.Limit);
                using var row = await command.ExecuteReaderAsync();
                await row.ReadAsync();
                var (sold, units, stock, over) = (row.GetInt32(0), row.GetInt32(1), row.GetInt32(2), row.GetInt32(3));
                Say(sold > units, $"{sold} units were sold of {units}.");
                Say(sold + stock != units, $"SQL: {units} units, but {sold} sold and {stock} in stock.");
                Say(over > 0, $"{over} shoppers held more than {sale.Limit}.");
                _looks++;
            }
            catch (SqliteException)
            {
                // Locked or full, which some drills bring about; the next look sees.
            }

            await Clock.PauseAsync(100);
        }

        void Say(bool wrong, string words)
        {
            if (wrong && said.Add(words))
            {
                violated(words);
            }
        }
    }
}
