using Microsoft.Extensions.Localization;
using Seckill.Core;

namespace Seckill.Web.Components.Controls;

internal static class FieldErrors
{
    /// <summary>What is wrong with a field, as a sentence; null when nothing is.</summary>
    public static string? Sentence(IStringLocalizer text, IReadOnlyList<FieldError> errors, string field)
    {
        if (errors.FirstOrDefault(error => error.Field == field) is not { } error)
        {
            return null;
        }

        var sentence = text["Rule_" + error.Rule, [.. error.Bounds]];
        return sentence.ResourceNotFound ? text["Rule_format"] : sentence;
    }
}
