using System.Globalization;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Seckill.Core.Accounts;
using Seckill.Core.Persistence;

namespace Seckill.Core.Sales;

public enum QuotaImportOutcome
{
    Done,

    /// <summary>No product of that id, or somebody else's.</summary>
    NotFound,

    /// <summary>More bytes than <see cref="QuotaImport.MaxBytes"/>, or more lines than <see cref="QuotaImport.MaxLines"/>.</summary>
    TooLarge,

    /// <summary>Not text in UTF-8.</summary>
    NotText,

    /// <summary>No line with a quota in it.</summary>
    Empty,

    /// <summary>At least one line is not right: <see cref="QuotaImportResult.BadLines"/>.</summary>
    BadLines,
}

/// <param name="Line">Its number, from 1.</param>
/// <param name="Text">What it says, or the beginning of that.</param>
/// <param name="Error">What is wrong: of <c>line</c>, <c>user</c> or <c>quota</c>.</param>
public sealed record BadLine(int Line, string Text, FieldError Error);

/// <param name="Quotas">How many shoppers have the quota that the list says.</param>
public sealed record QuotaImportResult(QuotaImportOutcome Outcome, int Quotas, IReadOnlyList<BadLine> BadLines);

/// <summary>Reads a list of quotas: all of it, or nothing when one line is not right.</summary>
/// <remarks>
/// Two columns, the shopper's user name or user id and their quota; a first line with headings may be there. Separated by comma, semicolon or
/// tab, as spreadsheets write it; UTF-8 with or without a byte order mark. Neither a name nor a number has a line break in it, so a line is a line.
/// </remarks>
public sealed class QuotaImport(IDbContextFactory<SeckillDbContext> contexts, SellerProducts products)
{
    public const int MaxBytes = 1024 * 1024;
    public const int MaxLines = 5_000;

    private const int ShownOfALine = 100;

    private static readonly string[] Headings = ["quota", "quotas", "remaining", "units", "额度", "剩余额度", "配额", "数量"];

    /// <summary>Gives every shopper on the list their quota. Shoppers who are not on it keep theirs.</summary>
    public async Task<QuotaImportResult> RunAsync(long sellerId, long productId, Stream content, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        if (!await db.Products.AnyAsync(p => p.ProductId == productId && p.SellerId == sellerId, cancellationToken))
        {
            return Only(QuotaImportOutcome.NotFound);
        }

        var (outcome, lines) = await ReadAsync(content, cancellationToken);
        if (outcome is not QuotaImportOutcome.Done)
        {
            return Only(outcome);
        }

        var bad = lines.Where(line => line.Error is not null).Select(line => new BadLine(line.Number, line.Text, line.Error!)).ToList();
        var good = lines.Where(line => line.Error is null).ToList();
        var ids = await FindAsync(db, good.Select(line => line.User), cancellationToken);
        var quotas = new Dictionary<long, int?>();
        var first = new Dictionary<long, int>();
        foreach (var line in good)
        {
            if (!ids.TryGetValue(line.User, out var userId))
            {
                bad.Add(new(line.Number, line.Text, new("user", LooksRounded(line.User) ? "roundedId" : "unknownUser")));
            }
            else if (first.TryGetValue(userId, out var before))
            {
                bad.Add(new(line.Number, line.Text, new("user", "duplicate", before)));
            }
            else
            {
                (first[userId], quotas[userId]) = (line.Number, line.Quota);
            }
        }

        if (bad.Count > 0)
        {
            return new(QuotaImportOutcome.BadLines, 0, [.. bad.OrderBy(line => line.Line)]);
        }

        if (quotas.Count == 0)
        {
            return Only(QuotaImportOutcome.Empty);
        }

        var result = await products.SetVipLimitsAsync(sellerId, productId, quotas, cancellationToken);
        return result.Outcome is SellerOutcome.Done ? new(QuotaImportOutcome.Done, quotas.Count, []) : Only(QuotaImportOutcome.NotFound);

        static QuotaImportResult Only(QuotaImportOutcome outcome) => new(outcome, 0, []);
    }

    private static async Task<(QuotaImportOutcome Outcome, List<Line> Lines)> ReadAsync(Stream content, CancellationToken cancellationToken)
    {
        var bytes = new byte[MaxBytes + 1];
        var length = await content.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancellationToken);
        if (length > MaxBytes)
        {
            return (QuotaImportOutcome.TooLarge, []);
        }

        string text;
        try
        {
            text = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true).GetString(bytes, 0, length).TrimStart('\uFEFF');
        }
        catch (DecoderFallbackException)
        {
            return (QuotaImportOutcome.NotText, []);
        }

        if (text.Contains('\0', StringComparison.Ordinal))
        {
            return (QuotaImportOutcome.NotText, []);
        }

        var lines = new List<Line>();
        var (number, begun) = (0, false);
        foreach (var line in text.EnumerateLines())
        {
            number++;
            if (line.IsWhiteSpace())
            {
                continue;
            }

            if (lines.Count == MaxLines)
            {
                return (QuotaImportOutcome.TooLarge, []);
            }

            var read = LineOf(number, line.ToString());
            if (begun || !read.IsHeading)
            {
                lines.Add(read);
            }

            begun = true;
        }

        return (QuotaImportOutcome.Done, lines);
    }

    private static Line LineOf(int number, string text)
    {
        var shown = text.Length <= ShownOfALine ? text : text[..(ShownOfALine - (char.IsHighSurrogate(text[ShownOfALine - 1]) ? 1 : 0))] + "…";
        if (Split(text) is not { } cells)
        {
            return new(number, shown) { Error = new("line", "quotes") };
        }

        // A spreadsheet writes empty cells where other rows have something.
        while (cells.Count > 2 && cells[^1].Length == 0)
        {
            cells.RemoveAt(cells.Count - 1);
        }

        if (cells.Count != 2)
        {
            return new(number, shown) { Error = new("line", "columns") };
        }

        var (user, quota) = (cells[0], cells[1]);
        var isNumber = int.TryParse(quota, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var units);
        return new(number, shown)
        {
            User = AccountRules.Normalize(user),
            Quota = units,
            IsHeading = Headings.Contains(quota, StringComparer.OrdinalIgnoreCase),
            Error = user.Length == 0 ? new("user", "required")
                : quota.Length == 0 ? new("quota", "required")
                : !isNumber ? new("quota", "integer")
                : units is < 0 or > SellerRules.MaxQuantity ? new("quota", "range", 0, SellerRules.MaxQuantity)
                : null,
        };
    }

    // Null: a quotation mark that is not closed, or text behind one that is.
    private static List<string>? Split(string line)
    {
        // An id that was exported as text has a tab before it.
        line = line.TrimStart();
        var separator = line.IndexOfAny([',', ';', '\t']) is >= 0 and var at ? line[at] : ',';
        var cells = new List<string>();
        var cell = new StringBuilder();
        for (var i = 0; ; i++)
        {
            if (i < line.Length && line[i] != separator && cell.Length == 0 && char.IsWhiteSpace(line[i]))
            {
                continue;
            }

            if (i < line.Length && line[i] == '"' && cell.Length == 0)
            {
                for (i++; i < line.Length && (line[i] != '"' || (i + 1 < line.Length && line[i + 1] == '"')); i++)
                {
                    cell.Append(line[i]);
                    i += line[i] == '"' ? 1 : 0;
                }

                if (i++ >= line.Length)
                {
                    return null;
                }

                while (i < line.Length && line[i] != separator)
                {
                    if (!char.IsWhiteSpace(line[i++]))
                    {
                        return null;
                    }
                }
            }

            if (i >= line.Length || line[i] == separator)
            {
                cells.Add(cell.ToString().Trim());
                cell.Clear();
                if (i >= line.Length)
                {
                    return cells;
                }
            }
            else
            {
                cell.Append(line[i]);
            }
        }
    }

    // By name, or else by id, as for one shopper: a user of another system has no row here.
    private static async Task<Dictionary<string, long>> FindAsync(SeckillDbContext db, IEnumerable<string> users, CancellationToken cancellationToken)
    {
        var found = new Dictionary<string, long>();
        foreach (var some in users.Distinct().Chunk(500))
        {
            foreach (var user in await db.Users.Where(u => some.Contains(u.NormalizedUserName)).Select(u => new { u.NormalizedUserName, u.UserId }).ToListAsync(cancellationToken))
            {
                found[user.NormalizedUserName] = user.UserId;
            }

            foreach (var user in some)
            {
                if (!found.ContainsKey(user) && long.TryParse(user, NumberStyles.None, CultureInfo.InvariantCulture, out var id) && id > 0)
                {
                    found[user] = id;
                }
            }
        }

        return found;
    }

    // 1.23457E+18
    private static bool LooksRounded(string user) => user.Contains("E+", StringComparison.OrdinalIgnoreCase) && double.TryParse(user, NumberStyles.Float, CultureInfo.InvariantCulture, out _);

    private sealed record Line(int Number, string Text)
    {
        public string User { get; init; } = "";

        public int Quota { get; init; }

        public bool IsHeading { get; init; }

        public FieldError? Error { get; init; }
    }
}
