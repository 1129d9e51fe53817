using System.Globalization;
using System.Resources;
using Seckill.Core;

namespace Seckill.Web.Endpoints.Wire;

/// <summary>What the API says to people, from Resources/Messages.</summary>
internal static class Sentences
{
    private static readonly ResourceManager Messages = new("Seckill.Web.Resources.Messages", typeof(Sentences).Assembly);

    public static string Of(string name, CultureInfo language) =>
        Messages.GetString(name, language) ?? throw new InvalidOperationException($"Resources/Messages has no sentence '{name}'.");

    /// <summary>One sentence that names every field that is not as it must be.</summary>
    public static string Of(IReadOnlyList<FieldError> errors, CultureInfo language) =>
        string.Format(language, Of("InvalidFields", language), string.Join("; ", errors.Select(e => Of(e, language))));

    /// <summary>What is wrong with one field.</summary>
    public static string Of(FieldError error, CultureInfo language) => $"{error.Field}: {RuleOf(error, language)}";

    private static string RuleOf(FieldError error, CultureInfo language)
    {
        var rule = Messages.GetString("Rule_" + error.Rule, language) ?? Of("Rule_other", language);

        // A time as it must be sent.
        return string.Format(language, rule, [.. error.Bounds.Select(bound => bound is DateTime at ? TimeConverter.Write(at) : bound)]);
    }
}
