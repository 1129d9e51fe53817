using Seckill.Web.Endpoints.Wire;

namespace Seckill.Web.Hubs;

internal static class SaleHubServices
{
    public static IServiceCollection AddSaleHub(this IServiceCollection services)
    {
        services.AddSignalR()
            .AddJsonProtocol(options => ApiJson.Configure(options.PayloadSerializerOptions))
            // A watcher only ever sends product ids.
            .AddHubOptions<SaleHub>(options => options.MaximumReceiveMessageSize = 4 * 1024);
        services.AddHostedService<SaleForwarder>();
        return services;
    }

    public static void MapSaleHub(this IEndpointRouteBuilder routes) => routes.MapHub<SaleHub>("/hubs/sale", options =>
    {
        // Ten thousand may watch: small buffers, and a watcher who does not read is not waited for.
        options.ApplicationMaxBufferSize = 4 * 1024;
        options.TransportMaxBufferSize = 16 * 1024;
    });
}
