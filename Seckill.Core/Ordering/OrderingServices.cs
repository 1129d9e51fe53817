using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Seckill.Core.Grabbing;
using Seckill.Core.Redis;

namespace Seckill.Core.Ordering;

internal static class OrderingServices
{
    /// <param name="write">Whether this process writes orders.</param>
    public static IServiceCollection AddOrdering(this IServiceCollection services, bool write)
    {
        services.AddOptions<OrderingOptions>()
            .BindConfiguration(OrderingOptions.Section)
            .PostConfigure<StoreConnection>((options, store) => options.Acknowledge ??= store.IsEmbedded ? Acknowledge.Written : Acknowledge.Queued)
            .Validate(o => o.PaymentWindow >= TimeSpan.FromSeconds(1), "Ordering:PaymentWindow must be a second or longer.")
            .Validate<StoreConnection>(
                (o, store) => !store.IsEmbedded || o.Acknowledge == Acknowledge.Written,
                "Ordering:Acknowledge must be Written with the embedded store: it is volatile. Set ConnectionStrings:Redis to use Queued.")
            .ValidateOnStart();

        services.TryAddSingleton<IPaymentGateway, SandboxGateway>();
        services
            .AddSingleton<TicketQueue>()
            .AddSingleton<OrderBook>()
            .AddSingleton<OrderNews>()
            .AddSingleton<OrderFeed>()
            .AddSingleton<OrderWriter>()
            .AddSingleton<OrderClosing>()
            .AddSingleton<OrderRelease>()
            .AddSingleton<OrderQueries>()
            .AddSingleton<SellerOrders>()
            .AddUseCase<SeckillQueries>()
            .AddUseCase<OrderPayment>()
            .AddUseCase<OrderCancellation>()
            .AddUseCase<RefusedTickets>()
            .AddSingleton<IAcknowledgement>(provider => provider.GetRequiredService<IOptions<OrderingOptions>>().Value.Acknowledge == Acknowledge.Written
                ? provider.GetRequiredService<OrderNews>()
                : new QueuedAcknowledgement());
        return write ? services.AddHostedService<OrderWriterService>() : services;
    }
}
