using MudBlazor;

namespace Seckill.Web.Components.Theme;

/// <summary>The shop's colours and type. Text on every colour used for text or buttons has a contrast of at least 4.5 : 1.</summary>
internal static class SiteTheme
{
    public static readonly PaletteLight Light = new()
    {
        Primary = "#c9273a",
        PrimaryContrastText = "#ffffff",
        Secondary = "#9a4a00",
        SecondaryContrastText = "#ffffff",
        Tertiary = "#6b3fa0",
        Info = "#1d5fa8",
        Success = "#1b7a43",
        Warning = "#8f5200",
        WarningContrastText = "#ffffff",
        Error = "#b3152b",
        Dark = "#2a1f1d",
        Black = "#2a1f1d",
        Background = "#fff8f4",
        BackgroundGray = "#fbeee7",
        Surface = "#ffffff",
        AppbarBackground = "#ffffff",
        AppbarText = "#2a1f1d",
        DrawerBackground = "#ffffff",
        DrawerText = "#2a1f1d",
        DrawerIcon = "#6d5a55",
        TextPrimary = "#2a1f1d",
        TextSecondary = "#6d5a55",
        TextDisabled = "#8a7a75",
        ActionDefault = "#6d5a55",
        ActionDisabled = "#75655f",
        ActionDisabledBackground = "#f1e3dc",
        LinesDefault = "#eedcd3",
        LinesInputs = "#a08a82",
        TableLines = "#eedcd3",
        Divider = "#eedcd3",
    };

    public static readonly PaletteDark Dark = new()
    {
        Primary = "#ff8a7d",
        PrimaryContrastText = "#33090b",
        Secondary = "#ffb870",
        SecondaryContrastText = "#331a00",
        Tertiary = "#c9a7f5",
        TertiaryContrastText = "#22103d",
        Info = "#8cc2ff",
        InfoContrastText = "#06233f",
        Success = "#79d6a0",
        SuccessContrastText = "#06301a",
        Warning = "#ffc46b",
        WarningContrastText = "#332000",
        Error = "#ff9aa2",
        ErrorContrastText = "#3a060c",
        Dark = "#f3e7e3",
        DarkContrastText = "#1a1416",
        Black = "#1a1416",
        Background = "#171214",
        BackgroundGray = "#100c0e",
        Surface = "#231c1f",
        AppbarBackground = "#1d1719",
        AppbarText = "#f6ecea",
        DrawerBackground = "#1d1719",
        DrawerText = "#f6ecea",
        DrawerIcon = "#c3b1ad",
        TextPrimary = "#f6ecea",
        TextSecondary = "#c3b1ad",
        TextDisabled = "#8f807c",
        ActionDefault = "#c3b1ad",
        ActionDisabled = "#a8979a",
        ActionDisabledBackground = "#362c30",
        LinesDefault = "#43373b",
        LinesInputs = "#8a787c",
        TableLines = "#43373b",
        Divider = "#43373b",
    };

    // The system's own fonts: nothing to download, and Chinese looks as on the rest of the visitor's machine.
    private static readonly string[] _fonts =
        ["system-ui", "-apple-system", "Segoe UI", "Roboto", "PingFang SC", "Hiragino Sans GB", "Microsoft YaHei", "Noto Sans CJK SC", "Noto Sans SC", "sans-serif"];

    public static MudTheme With(Palette palette) => new()
    {
        // MudThemeProvider always starts light, so the palette that is wanted goes into that place.
        PaletteLight = palette,
        LayoutProperties = new() { DefaultBorderRadius = "12px", AppbarHeight = "56px" },
        Typography = new()
        {
            Default = new DefaultTypography { FontFamily = _fonts, FontSize = "1rem", LineHeight = "1.5", LetterSpacing = "normal" },
            H1 = new H1Typography { FontFamily = _fonts, FontSize = "clamp(1.5rem, 1.2rem + 1.5vw, 2.125rem)", FontWeight = "750", LineHeight = "1.25", LetterSpacing = "-.01em" },
            H2 = new H2Typography { FontFamily = _fonts, FontSize = "1.25rem", FontWeight = "650", LineHeight = "1.35", LetterSpacing = "normal" },
            H3 = new H3Typography { FontFamily = _fonts, FontSize = "1.0625rem", FontWeight = "650", LineHeight = "1.4", LetterSpacing = "normal" },
            H4 = new H4Typography { FontFamily = _fonts, FontSize = "1rem", FontWeight = "650", LineHeight = "1.4", LetterSpacing = "normal" },
            H5 = new H5Typography { FontFamily = _fonts, FontSize = "1rem", FontWeight = "600", LineHeight = "1.4", LetterSpacing = "normal" },
            H6 = new H6Typography { FontFamily = _fonts, FontSize = "1rem", FontWeight = "600", LineHeight = "1.4", LetterSpacing = "normal" },
            Subtitle1 = new Subtitle1Typography { FontFamily = _fonts },
            Subtitle2 = new Subtitle2Typography { FontFamily = _fonts },
            Body1 = new Body1Typography { FontFamily = _fonts, FontSize = "1rem", LineHeight = "1.55", LetterSpacing = "normal" },
            Body2 = new Body2Typography { FontFamily = _fonts, FontSize = ".9375rem", LineHeight = "1.5", LetterSpacing = "normal" },
            Button = new ButtonTypography { FontFamily = _fonts, FontSize = "1rem", FontWeight = "600", TextTransform = "none", LetterSpacing = "normal" },
            Caption = new CaptionTypography { FontFamily = _fonts, FontSize = ".875rem", LetterSpacing = "normal" },
            Overline = new OverlineTypography { FontFamily = _fonts },
        },
    };
}
