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
            .AddSingleton<SaleReports>()
            .AddUseCase<SellerSales>()
            .AddUseCase<StockChanges>()
            .AddUseCase<SaleAccounts>()
            .AddUseCase<Allowances>();
}
