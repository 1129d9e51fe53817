using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Seckill.Core.Persistence;

namespace Seckill.Core.Accounts;

internal static class AccountsServices
{
    public static IServiceCollection AddAccounts(this IServiceCollection services)
    {
        services.AddOptions<AccountsOptions>()
            .BindConfiguration(AccountsOptions.Section)
            .Validate(options => options.SignInTriesPerMinute >= 1, "Accounts:SignInTriesPerMinute must be 1 or more.")
            .Validate(options => options.RegistrationsPerMinute >= 1, "Accounts:RegistrationsPerMinute must be 1 or more.")
            .ValidateOnStart();

        services.AddSingleton<Passwords>();

        // Its constructor is internal, as what it needs is.
        services.AddSingleton(provider => new UserAccounts(
            provider.GetRequiredService<IDbContextFactory<SeckillDbContext>>(),
            provider.GetRequiredService<Passwords>(),
            provider.GetRequiredService<IdGenerator>(),
            provider.GetRequiredService<StoreClock>(),
            provider.GetRequiredService<IOptions<AccountsOptions>>(),
            provider.GetRequiredService<ILogger<UserAccounts>>()));
        services.AddSingleton<SellerApplications>();
        services.AddSingleton<UserAdministration>();
        services.AddSingleton<SuspendedUsers>();
        return services;
    }
}
