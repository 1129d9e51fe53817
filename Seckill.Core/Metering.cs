using System.Diagnostics.Metrics;

namespace Seckill.Core;

/// <summary>What operators count. Cheap when nobody listens.</summary>
public sealed class Metering
{
    public const string Name = "Seckill";

    private readonly Meter _meter;

    public Metering(IMeterFactory factory)
    {
        _meter = factory.Create(Name);
        Grabs = _meter.CreateCounter<long>("seckill.grabs", "{grab}", "Grabs by outcome");
        GrabBatch = _meter.CreateHistogram<int>("seckill.grab.batch", "{grab}", "Grabs that shared one script call");
        OrdersWritten = _meter.CreateCounter<long>("seckill.orders.written", "{order}", "Tickets that became orders");
        TicketsRefused = _meter.CreateCounter<long>("seckill.tickets.refused", "{ticket}", "Tickets that did not become orders, by reason");
        OrdersPaid = _meter.CreateCounter<long>("seckill.orders.paid", "{order}", "Orders paid");
        OrdersExpired = _meter.CreateCounter<long>("seckill.orders.expired", "{order}", "Orders closed because their time to pay was over");
        OrdersCancelled = _meter.CreateCounter<long>("seckill.orders.cancelled", "{order}", "Orders cancelled by their shoppers");
        UnitsReleased = _meter.CreateCounter<long>("seckill.orders.released", "{order}", "Closed orders whose units are back on sale");
        Rebuilds = _meter.CreateCounter<long>("seckill.sales.rebuilt", "{sale}", "Sales rebuilt in Redis from SQL");
        Refunds = _meter.CreateCounter<long>("seckill.payments.refunded", "{payment}", "Payments given back");
        HubConnections = _meter.CreateUpDownCounter<int>("seckill.hub.connections", "{connection}", "Connections watching sales");
    }

    public UpDownCounter<int> HubConnections { get; }

    internal Counter<long> Grabs { get; }
    internal Histogram<int> GrabBatch { get; }
    internal Counter<long> OrdersWritten { get; }
    internal Counter<long> TicketsRefused { get; }
    internal Counter<long> OrdersPaid { get; }
    internal Counter<long> OrdersExpired { get; }
    internal Counter<long> OrdersCancelled { get; }
    internal Counter<long> UnitsReleased { get; }
    internal Counter<long> Rebuilds { get; }
    internal Counter<long> Refunds { get; }

    internal void Observe(string name, string unit, string description, Func<IEnumerable<Measurement<double>>> read) =>
        _meter.CreateObservableGauge(name, read, unit, description);
}
