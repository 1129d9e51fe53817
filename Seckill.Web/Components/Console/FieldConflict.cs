namespace Seckill.Web.Components.Console;

/// <summary>A field that somebody else has saved otherwise than it is in a form.</summary>
/// <param name="Name">The text that names the field.</param>
public sealed record FieldConflict(string Name, string? There, string? Here)
{
    /// <summary>Those that differ.</summary>
    public static IReadOnlyList<FieldConflict> Of(params IEnumerable<FieldConflict> fields) => [.. fields.Where(field => (field.There ?? "") != (field.Here ?? ""))];
}
