using Seckill.Web.Endpoints.Wire;

namespace Seckill.Web.Endpoints;

internal static partial class ApiEndpoints
{
    public static IServiceCollection AddApi(this IServiceCollection services)
    {
        services.ConfigureHttpJsonOptions(o => ApiJson.Configure(o.SerializerOptions));
        services.AddSingleton<ApiRoutes>();
        services.AddApiDescription();
        return services;
    }

    public static IApplicationBuilder UseApiErrors(this IApplicationBuilder app) => app.UseMiddleware<ApiErrors>();

    public static void MapApi(this IEndpointRouteBuilder routes)
    {
        var all = routes.MapGroup("/api").WithMetadata(new ApiMetadata());
        all.MapSeckill();
        var api = all.MapGroup("").AddEndpointFilter(RefuseUnreadable);
        api.MapTime();
        api.MapUsers();
        api.MapProducts();
        api.MapOrders();
        api.MapSeller();
        api.MapAdmin();
        routes.MapPictures();
        routes.MapApiDescription();
        MapDrills(routes);
    }

    // What only builds for drills and load tests have.
    static partial void MapDrills(IEndpointRouteBuilder routes);

    private static ValueTask<object?> RefuseUnreadable(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        foreach (var argument in context.Arguments)
        {
            if (argument is IReadFromRequest { Refusal: { } refusal })
            {
                return ValueTask.FromResult<object?>(refusal);
            }
        }

        return next(context);
    }
}
