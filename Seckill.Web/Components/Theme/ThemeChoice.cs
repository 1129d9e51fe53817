namespace Seckill.Web.Components.Theme;

/// <summary>What a visitor chose: <c>light</c>, <c>dark</c>, or nothing, which follows the system.</summary>
internal static class ThemeChoice
{
    public const string Cookie = "theme";
    public const string Light = "light";
    public const string Dark = "dark";
    public const string System = "system";

    public static string Of(HttpContext? context) => context?.Request.Cookies[Cookie] is (Light or Dark) and var theme ? theme : System;
}
