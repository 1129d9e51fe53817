namespace Seckill.Core;

/// <summary>Collects the rules that the fields of one request break. Each check answers with a value that may be used if none was broken.</summary>
internal sealed class FieldRules
{
    private readonly List<FieldError> _errors = [];

    public IReadOnlyList<FieldError> Errors => _errors;

    public bool Broken => _errors.Count > 0;

    public void Add(string field, string rule, params IReadOnlyList<object> bounds) => _errors.Add(new(field, rule, bounds));

    /// <summary>The text without surrounding blanks. With <paramref name="min"/> 0 it may be missing.</summary>
    public string Text(string field, string? value, int min, int max)
    {
        var text = value?.Trim() ?? "";
        if (text.Length == 0 && min > 0)
        {
            Add(field, "required");
        }
        else if (text.Length < min)
        {
            Add(field, "tooShort", min);
        }
        else if (text.Length > max)
        {
            Add(field, "tooLong", max);
        }

        return text;
    }

    public int Number(string field, int? value, int min, int max)
    {
        if (value is null)
        {
            Add(field, "required");
        }
        else if (value < min || value > max)
        {
            Add(field, "range", min, max);
        }

        return value ?? 0;
    }
}
