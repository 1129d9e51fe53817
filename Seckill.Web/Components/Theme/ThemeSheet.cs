using System.Security.Cryptography;
using System.Text;
using MudBlazor;

namespace Seckill.Web.Components.Theme;

/// <summary>
/// Both palettes as one style sheet. MudThemeProvider writes one palette into the page and needs a circuit to change it; here the
/// attribute <c>data-theme</c> on the document, or else the system's preference, chooses, also on pages without script. Paper is always light.
/// </summary>
internal sealed class ThemeSheet : MudThemeProvider
{
    public static readonly string Css = Build();

    /// <summary>Changes with the sheet, so that it may be cached for ever.</summary>
    public static readonly string Version = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Css)))[..12];

    private static string Build()
    {
        var light = Variables(SiteTheme.Light);

        // Only what differs: type and measures are the same in both.
        var inLight = light.Split('\n').ToHashSet();
        var dark = string.Join('\n', Variables(SiteTheme.Dark).Split('\n').Where(line => !inLight.Contains(line)));
        return $$"""
            :root { color-scheme: light;
            {{light}} }
            @media screen { :root[data-theme=dark] { color-scheme: dark;
            {{dark}} } }
            @media screen and (prefers-color-scheme: dark) { :root:not([data-theme]) { color-scheme: dark;
            {{dark}} } }
            """;
    }

    private static string Variables(Palette palette)
    {
        // BL0005: nobody renders this component, it only lends its generator.
#pragma warning disable BL0005
        var sheet = new ThemeSheet { Theme = SiteTheme.With(palette) };
#pragma warning restore BL0005
        var css = new StringBuilder();
        sheet.GenerateTheme(css);
        return css.ToString().ReplaceLineEndings("\n").Trim();
    }
}
