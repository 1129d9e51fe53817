using Microsoft.Extensions.DependencyInjection;

namespace Seckill.Core.Catalog;

internal static class CatalogServices
{
    public static IServiceCollection AddCatalog(this IServiceCollection services) => services.AddSingleton<ProductQueries>();
}
