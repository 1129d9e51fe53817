using Seckill.Core;
using Seckill.Web.Accounts;
using Seckill.Web.Endpoints;
using Seckill.Web.Hosting;
using Seckill.Web.Hubs;

return await Starting.RunAsync(args, builder =>
{
    builder.UseOwnAddress();
    builder.AddConsole();

    builder.Services.AddSeckillCore(builder.Configuration);
    builder.Services.AddCallers();
    builder.Services.AddApi();
    builder.Services.AddSaleHub();
    builder.AddTelemetry();

    var app = builder.Build();

    app.UseBrowserHeaders();
    app.UseApiErrors();
    app.UseCallers();
    app.UseAuthorization();

    app.MapApi();
    app.MapSaleHub();
    app.MapHealth();
    app.MapMetrics();

    return app;
});
