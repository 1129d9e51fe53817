using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Seckill.Core.Drills;

namespace Seckill.Core;

public static partial class CoreServices
{
    static partial void AddDrills(IServiceCollection services, IConfiguration configuration)
    {
        if (configuration.GetValue<TimeSpan?>("Drills:ClockOff") is { } off)
        {
            services.AddSingleton<TimeProvider>(new ShiftedTime(off));
        }
    }
}
