using System.Globalization;
using Microsoft.AspNetCore.Routing.Template;

namespace Seckill.Web.Endpoints.Wire;

/// <summary>Marks what the API answers itself, apart from pages and files that also match its addresses.</summary>
internal sealed record ApiMetadata;

/// <summary>
/// Which methods an address of the API knows. The framework's own answer counts every catch-all of pages and files as knowing it, so a
/// wrong method would be a missing page and a missing address a wrong method.
/// </summary>
internal sealed class ApiRoutes(EndpointDataSource endpoints)
{
    // Mapping is over when the first request comes.
    private readonly Lazy<IReadOnlyList<(TemplateMatcher Matcher, IReadOnlyList<string> Methods)>> _routes = new(() =>
    [
        .. endpoints.Endpoints.OfType<RouteEndpoint>()
            .Where(e => e.Metadata.GetMetadata<ApiMetadata>() is not null)
            .Select(e => (new TemplateMatcher(TemplateParser.Parse(e.RoutePattern.RawText!), []), e.Metadata.GetMetadata<IHttpMethodMetadata>()!.HttpMethods)),
    ]);

    /// <summary>Empty: there is no such address.</summary>
    public IReadOnlyList<string> MethodsOf(PathString path) =>
    [
        .. _routes.Value.Where(route => Matches(route.Matcher, path)).SelectMany(route => route.Methods).Distinct().Order(StringComparer.Ordinal),
    ];

    // Every parameter of a path is an id.
    private static bool Matches(TemplateMatcher matcher, PathString path)
    {
        var values = new RouteValueDictionary();
        return matcher.TryMatch(path, values)
            && values.Values.All(value => long.TryParse(value as string, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _));
    }
}
