using Microsoft.Extensions.DependencyInjection;

namespace Seckill.Core.Accounts;

internal static class AccountsServices
{
    public static IServiceCollection AddAccounts(this IServiceCollection services)
    {
        services.AddOptions<AccountsOptions>()
            .BindConfiguration(AccountsOptions.Section)
            .Validate(options => options.SignInTriesPerMinute >= 1, "Accounts:SignInTriesPerMinute must be 1 or more.")
            .Validate(options => options.RegistrationsPerMinute >= 1, "Accounts:RegistrationsPerMinute must be 1 or more.")
            .Validate(
                options => options.PasswordIterations is >= Passwords.MinIterations and <= Passwords.MaxIterations,
                $"Accounts:PasswordIterations must be from {Passwords.MinIterations} to {Passwords.MaxIterations}.")
            .ValidateOnStart();

        services.AddSingleton<Passwords>();
        services.AddUseCase<UserAccounts>();
        services.AddSingleton<SellerApplications>();
        services.AddSingleton<UserAdministration>();
        services.AddSingleton<SuspendedUsers>();
        return services;
    }
}
