using Microsoft.Extensions.DependencyInjection;

namespace Seckill.Core.Sales;

internal static class SalesServices
{
    public static IServiceCollection AddSales(this IServiceCollection services) =>
        services
            .AddSingleton<DirectoryRefresh>()
            .AddSingleton<SaleArrival>()
            .AddSingleton<SellerProducts>()
            .AddSingleton<QuotaImport>()
            .AddSingleton<AuditTrail>()
            .AddSingleton<SaleReports>()
            .AddSingleton<SellerProductQueries>()
            .AddUseCase<SellerSales>()
            .AddUseCase<StockChanges>()
            .AddUseCase<ProductPictures>()
            .AddUseCase<SaleAccounts>()
            .AddUseCase<Allowances>();
}
