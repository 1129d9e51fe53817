using System.Reflection;
using Microsoft.Extensions.DependencyInjection;

namespace Seckill.Core;

internal static class UseCases
{
    /// <summary>Registers a public class whose constructor is internal, as what it needs is; the container itself only sees public ones.</summary>
    public static IServiceCollection AddUseCase<T>(this IServiceCollection services)
        where T : class
    {
        var constructor = typeof(T).GetConstructors(BindingFlags.Instance | BindingFlags.NonPublic).Single();
        var parameters = constructor.GetParameters();
        return services.AddSingleton(provider =>
            (T)constructor.Invoke(BindingFlags.DoNotWrapExceptions, binder: null, [.. parameters.Select(p => provider.GetRequiredService(p.ParameterType))], culture: null));
    }
}
