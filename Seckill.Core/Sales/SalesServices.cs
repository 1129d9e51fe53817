using Microsoft.Extensions.DependencyInjection;

namespace Seckill.Core.Sales;

internal static class SalesServices
{
    public static IServiceCollection AddSales(this IServiceCollection services) =>
        services
            .AddSingleton<DirectoryRefresh>()
            .AddSingleton<SaleArrival>()
            .AddSingleton<SellerProducts>()
            .AddUseCase<SellerSales>()
            .AddUseCase<SaleAccounts>()
            .AddUseCase<Allowances>();
}
