using System.Globalization;
using System.Resources;
using System.Text.RegularExpressions;
using Seckill.Web.Resources;

namespace Seckill.Tests.Components;

public sealed partial class TextsTests
{
    [Fact]
    public void Texts_BothLanguages_HaveTheSameNamesAndGaps()
    {
        var resources = new ResourceManager(typeof(Texts));
        var english = Read(resources, CultureInfo.InvariantCulture);
        var chinese = Read(resources, CultureInfo.GetCultureInfo("zh-CN"));

        Assert.NotEmpty(english);
        Assert.Equal(english.Keys.Order(), chinese.Keys.Order());
        Assert.All(english, text => Assert.Equal(Gaps(text.Value), Gaps(chinese[text.Key])));
    }

    private static Dictionary<string, string> Read(ResourceManager resources, CultureInfo culture) =>
        resources.GetResourceSet(culture, createIfNotExists: true, tryParents: false)!
            .Cast<System.Collections.DictionaryEntry>()
            .ToDictionary(entry => (string)entry.Key, entry => (string)entry.Value!);

    private static IEnumerable<string> Gaps(string text) => Gap().Matches(text).Select(match => match.Value).Distinct().Order();

    [GeneratedRegex(@"\{\d\}")]
    private static partial Regex Gap();
}
