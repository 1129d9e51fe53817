using System.Text;

namespace Seckill.Core.Accounts;

/// <summary>What an account's texts must look like.</summary>
internal static class AccountRules
{
    public const int MinUserName = 3;
    public const int MaxUserName = 32;
    public const int MinPassword = 8;
    public const int MaxPassword = 128;
    public const int MaxPasswordHash = 256;
    public const int MaxName = 50;
    public const int MaxMessage = 1000;

    /// <summary>Letters and digits of any script, <c>_</c>, <c>-</c> and <c>.</c>; otherwise adds an error.</summary>
    public static string UserName(this FieldRules rules, string field, string? userName)
    {
        var text = rules.Text(field, Composed(userName), MinUserName, MaxUserName);
        if (!text.EnumerateRunes().All(rune => Rune.IsLetterOrDigit(rune) || rune.Value is '_' or '-' or '.'))
        {
            rules.Add(field, "format");
        }

        return text;
    }

    /// <summary>A password is taken as it is: blanks count, and nothing is said about its characters.</summary>
    public static void Password(this FieldRules rules, string field, string? password)
    {
        if (string.IsNullOrEmpty(password))
        {
            rules.Add(field, "required");
        }
        else if (password.Length < MinPassword)
        {
            rules.Add(field, "tooShort", MinPassword);
        }
        else if (password.Length > MaxPassword)
        {
            rules.Add(field, "tooLong", MaxPassword);
        }
    }

    /// <summary>What names are compared by.</summary>
    public static string Normalize(string userName) => Composed(userName)!.Trim().ToUpperInvariant();

    // Accents may arrive as one character or as two. Half a surrogate pair cannot be composed; the format check refuses it.
    private static string? Composed(string? text) =>
        text is null || text.EnumerateRunes().Any(rune => rune == Rune.ReplacementChar) ? text : text.Normalize();
}
