using Microsoft.Extensions.DependencyInjection;

namespace Seckill.Core.Sales;

internal static class SalesServices
{
    public static IServiceCollection AddSales(this IServiceCollection services) =>
        services
            .AddSingleton<DirectoryRefresh>()
            .AddSingleton<SaleArrival>()
            .AddSingleton<SellerProducts>()
            .AddSingleton<ProductPictures>()
            .AddSingleton<AuditTrail>()
            .AddSingleton<StockChanges>()
            .AddSingleton<SaleReports>()
            .AddUseCase<SellerSales>()
            .AddUseCase<SaleAccounts>()
            .AddUseCase<Allowances>();
}
