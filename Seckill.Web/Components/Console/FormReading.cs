using System.Globalization;
using Seckill.Core;
using Seckill.Web.Components.Controls;

namespace Seckill.Web.Components.Console;

/// <summary>Reads what was typed. What cannot be read goes on as missing, and its field says that the format is wrong rather than that it is empty.</summary>
internal sealed class FormReading
{
    private readonly List<FieldError> _unread = [];

    public bool Broken => _unread.Count > 0;

    public long? Price(string field, string? typed) => Read(field, typed, Money.Read(typed));

    public int? Number(string field, string? typed) =>
        Read(field, typed, int.TryParse(typed?.Trim(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : (int?)null);

    /// <summary>A local time as a browser's field has it, in UTC.</summary>
    public DateTime? Moment(string field, string? typed, TimeZoneInfo zone) => Read(field, typed, LocalTimes.Read(typed, zone));

    /// <summary>All that is wrong, by fields, with what the use-case said about those that could be read.</summary>
    public IReadOnlyList<FieldError> With(IReadOnlyList<FieldError>? errors) =>
        [.. _unread, .. (errors ?? []).Where(error => !_unread.Exists(unread => unread.Field == error.Field))];

    /// <summary>The same, with the moments in the sentences as the fields have them.</summary>
    public IReadOnlyList<FieldError> With(IReadOnlyList<FieldError>? errors, TimeZoneInfo zone) =>
        [.. With(errors).Select(error => error with { Bounds = [.. error.Bounds.Select(bound => bound is DateTime at ? LocalTimes.Speak(at, zone) : bound)] })];

    private T? Read<T>(string field, string? typed, T? value)
        where T : struct
    {
        if (value is null && !string.IsNullOrWhiteSpace(typed))
        {
            _unread.Add(new(field, "format"));
        }

        return value;
    }
}
