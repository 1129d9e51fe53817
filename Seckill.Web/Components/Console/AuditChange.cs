using System.Text.Json;
using System.Text.Json.Nodes;

namespace Seckill.Web.Components.Console;

/// <summary>A field that an entry of the audit trail is about. Null: there was, or is, nothing in it.</summary>
internal sealed record AuditField(string Name, JsonNode? Before, JsonNode? After);

/// <summary>What an entry of the audit trail says: whom it is about, and the fields that did not stay as they were.</summary>
internal static class AuditChange
{
    public const string Whom = "user";

    /// <summary>Null when it is written in no way known here.</summary>
    public static IReadOnlyList<AuditField>? Of(string before, string after)
    {
        try
        {
            if (JsonNode.Parse(before) is not JsonObject was || JsonNode.Parse(after) is not JsonObject isNow)
            {
                return null;
            }

            return
            [
                .. isNow.Select(field => new AuditField(field.Key, was[field.Key], field.Value))
                    .Where(field => field.Name == Whom || !JsonNode.DeepEquals(field.Before, field.After))
                    .OrderBy(field => field.Name != Whom),
            ];
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
