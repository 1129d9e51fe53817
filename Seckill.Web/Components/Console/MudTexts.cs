using Microsoft.Extensions.Localization;
using MudBlazor;
using Seckill.Web.Resources;

namespace Seckill.Web.Components.Console;

/// <summary>What MudBlazor's components say by themselves, mostly to screen readers; its own English stands where we have nothing.</summary>
internal sealed class MudTexts(IStringLocalizer<Texts> text) : MudLocalizer
{
    public override LocalizedString this[string key] => text[key];

    public override LocalizedString this[string key, params object[] arguments] => text[key, arguments];
}
