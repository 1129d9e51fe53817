using OpenTelemetry.Metrics;
using Seckill.Core;

namespace Seckill.Web.Hosting;

/// <summary>Numbers for operators. Without a place to send them to and without /metrics, nothing listens and nothing is counted.</summary>
internal static class Telemetry
{
    private const string PrometheusSetting = "Metrics:Prometheus";
    private const string OtlpSetting = "OTEL_EXPORTER_OTLP_ENDPOINT";

    public static void AddTelemetry(this WebApplicationBuilder builder)
    {
        var prometheus = builder.Configuration.GetValue<bool>(PrometheusSetting);
        var otlp = !string.IsNullOrEmpty(builder.Configuration[OtlpSetting]);
        if (!prometheus && !otlp)
        {
            return;
        }

        builder.Services.AddOpenTelemetry().WithMetrics(metrics =>
        {
            metrics.AddMeter(Metering.Name).AddAspNetCoreInstrumentation().AddRuntimeInstrumentation();
            if (prometheus)
            {
                metrics.AddPrometheusExporter();
            }

            if (otlp)
            {
                metrics.AddOtlpExporter();
            }
        });
    }

    public static void MapMetrics(this WebApplication app)
    {
        if (app.Configuration.GetValue<bool>(PrometheusSetting))
        {
            app.MapPrometheusScrapingEndpoint("/metrics");
        }
    }
}
