using System.Text.Json;

namespace Seckill.Web.Components.Console;

/// <summary>What an entry of the audit trail says, without the fields that stayed as they were, after whom it is about.</summary>
internal static class AuditChange
{
    private const string Whom = "user";

    public static (string Before, string After) Of(string before, string after)
    {
        try
        {
            using var was = JsonDocument.Parse(before);
            using var isNow = JsonDocument.Parse(after);
            if (was.RootElement.ValueKind is not JsonValueKind.Object || isNow.RootElement.ValueKind is not JsonValueKind.Object)
            {
                return (before, after);
            }

            var names = isNow.RootElement.EnumerateObject()
                .Where(field => !was.RootElement.TryGetProperty(field.Name, out var old) || old.GetRawText() != field.Value.GetRawText())
                .Select(field => field.Name)
                .ToList();
            return (Words(was.RootElement, was.RootElement.TryGetProperty(Whom, out _) ? [Whom, .. names] : names), Words(isNow.RootElement, names));
        }
        catch (JsonException)
        {
            return (before, after);
        }
    }

    private static string Words(JsonElement fields, List<string> names) =>
        string.Join(", ", names.Select(name => $"{name}: {(fields.TryGetProperty(name, out var value) && value.ValueKind is not JsonValueKind.Null ? value.ToString() : "–")}"));
}
