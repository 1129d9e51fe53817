using System.Reflection;
using System.Text;
using Microsoft.AspNetCore.Components;
using Microsoft.EntityFrameworkCore;
using Seckill.Core;
using StackExchange.Redis;

namespace Seckill.Tests;

/// <summary>The arrows between the stages of a purchase, by what their classes ask for.</summary>
public sealed class ArchitectureTests
{
    private const BindingFlags All = BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    private static readonly Assembly Core = typeof(CoreServices).Assembly;
    private static readonly Assembly Web = typeof(Program).Assembly;

    [Fact]
    public void Core_KnowsNothingOfHttpRazorOrSignalR() =>
        Assert.DoesNotContain(Core.GetReferencedAssemblies(), a =>
            a.Name!.StartsWith("Microsoft.AspNetCore.Http", StringComparison.Ordinal)
            || a.Name.StartsWith("Microsoft.AspNetCore.Components", StringComparison.Ordinal)
            || a.Name.StartsWith("Microsoft.AspNetCore.SignalR", StringComparison.Ordinal));

    [Fact]
    public void Web_KnowsNothingOfRedisOrQuartz() =>
        Assert.DoesNotContain(Web.GetReferencedAssemblies(), a => a.Name is "StackExchange.Redis" or "Quartz" or "Microsoft.Garnet");

    [Theory]
    [InlineData("Grabbing", "Persistence,Ordering,Sales,Expiry,Recovery,Live")]
    [InlineData("Stock", "Persistence,Ordering,Sales,Expiry,Recovery,Live,Grabbing,Accounts,Catalog")]
    [InlineData("Sales", "Ordering,Expiry,Recovery,Grabbing")]
    [InlineData("Ordering", "Sales,Expiry,Recovery,Live")]
    [InlineData("Catalog", "Sales,Stock,Ordering,Expiry,Recovery,Live,Grabbing,Redis")]
    [InlineData("Accounts", "Sales,Stock,Ordering,Expiry,Recovery,Live,Grabbing,Redis")]
    public void Stage_AsksForNothingDownstream(string stage, string forbidden)
    {
        var names = forbidden.Split(',').Select(name => $"Seckill.Core.{name}").ToHashSet();
        var offences =
            from type in Core.GetTypes()
            where type.Namespace == $"Seckill.Core.{stage}" && !type.Name.EndsWith("Services", StringComparison.Ordinal)
            from needed in type.GetConstructors(All).SelectMany(c => c.GetParameters()).Select(p => p.ParameterType).Concat(type.GetFields(All).Select(f => f.FieldType))
            where names.Contains(needed.Namespace ?? "") && needed is { IsClass: true, IsAbstract: false } && !IsOptionsOrValue(needed)
            select $"{type.Name} → {needed.FullName}";

        Assert.Empty(offences.Distinct());
    }

    [Fact]
    public void RedisTypes_AreSeenOnlyByStockTheQueueAndRedis()
    {
        var offences =
            from type in Core.GetTypes()
            where type.Namespace is { } space && !(space is "Seckill.Core.Stock" or "Seckill.Core.Redis" || type.FullName!.StartsWith("Seckill.Core.Ordering.TicketQueue", StringComparison.Ordinal)
                || type.FullName.StartsWith("Seckill.Core.Ordering.OrderNews", StringComparison.Ordinal))
            from needed in type.GetFields(All).Select(f => f.FieldType).Concat(type.GetMethods(All).SelectMany(m => m.GetParameters()).Select(p => p.ParameterType))
            where needed.Assembly == typeof(IDatabase).Assembly
            select $"{type.FullName} → {needed.Name}";

        Assert.Empty(offences.Distinct());
    }

    [Fact]
    public void Components_SeeNoDbContextDatabaseOrHttpClient()
    {
        var offences =
            from type in Web.GetTypes()
            where typeof(IComponent).IsAssignableFrom(type)
            from needed in type.GetProperties(All).Select(p => p.PropertyType).Concat(type.GetFields(All).Select(f => f.FieldType))
            where typeof(DbContext).IsAssignableFrom(needed) || needed == typeof(HttpClient) || needed.Assembly == typeof(IDatabase).Assembly
            select $"{type.Name} → {needed.Name}";

        Assert.Empty(offences);
    }

    // No class of theirs, and no name of a setting or a variable: strings are UTF-16 in an assembly.
    [Fact]
    public void NormalBuild_HasNoSwitchesForDrills()
    {
        Assert.DoesNotContain(Core.GetTypes().Concat(Web.GetTypes()), t => t.FullName!.Contains("Drill", StringComparison.Ordinal));
        Assert.All([Core, Web], assembly => Assert.Equal(-1, File.ReadAllBytes(assembly.Location).AsSpan().IndexOf(Encoding.Unicode.GetBytes("Drills"))));
    }

    // Options and records of values may be read by anybody.
    private static bool IsOptionsOrValue(Type type) =>
        type.Name.EndsWith("Options", StringComparison.Ordinal) || type.GetMethod("<Clone>$", All) is not null || type.Name is "FlashSale" or "Order" or "SeckillRecord";
}
