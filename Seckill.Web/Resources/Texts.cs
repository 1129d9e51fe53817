namespace Seckill.Web.Resources;

/// <summary>Stands for the pages' texts, Texts.resx and its translations, in <c>IStringLocalizer&lt;Texts&gt;</c>.</summary>
internal sealed class Texts;
