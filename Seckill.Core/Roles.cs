using Microsoft.Extensions.Configuration;

namespace Seckill.Core;

/// <summary>What this process does: <c>Seckill:Roles</c>, a list of web, orders, jobs; empty: all.</summary>
public sealed class Roles
{
    public const string Setting = "Seckill:Roles";

    private static readonly string[] Known = ["web", "orders", "jobs"];

    public Roles(IConfiguration configuration)
    {
        var names = configuration.GetSection(Setting).Get<string[]>() is { Length: > 0 } list ? list : (configuration[Setting] ?? "").Split(',');
        var roles = names.Select(name => name.Trim().ToLowerInvariant()).Where(name => name.Length > 0).ToHashSet();
        if (roles.Except(Known).FirstOrDefault() is { } unknown)
        {
            throw new StartException($"{Setting} names '{unknown}'; it may name web, orders and jobs, or be empty for all.");
        }

        if (roles.Count == 0)
        {
            roles.UnionWith(Known);
        }

        (Web, Orders, Jobs) = (roles.Contains("web"), roles.Contains("orders"), roles.Contains("jobs"));
    }

    /// <summary>Serves pages and the API.</summary>
    public bool Web { get; }

    /// <summary>Writes orders.</summary>
    public bool Orders { get; }

    /// <summary>Runs the sweeps and looks after the sales in Redis.</summary>
    public bool Jobs { get; }

    public bool All => Web && Orders && Jobs;
}
