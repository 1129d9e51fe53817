namespace Seckill.Web.Components;

/// <summary>Marks a static page that holds an interactive part, so that the framework's script comes with it.</summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class UsesCircuitAttribute : Attribute;
