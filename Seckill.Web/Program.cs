using Seckill.Core;
using Seckill.Web.Accounts;
using Seckill.Web.Components;
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
    builder.Services.AddSeckillPages();
    builder.AddTelemetry();

    var app = builder.Build();

    app.RefuseLinesWhenStopping();
    app.UseBrowserHeaders();
    app.UseApiErrors();
    app.UseSeckillPages();
    app.UseCallers();
    app.UsePageGuards();

    app.MapHealth();
    app.MapMetrics();
    if (app.Services.GetRequiredService<Roles>().Web)
    {
        app.MapApi();
        app.MapSaleHub();
        app.MapSeckillPages();
    }

    return app;
});
