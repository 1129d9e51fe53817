namespace Seckill.Core.Accounts;

internal sealed class AccountsOptions
{
    public const string Section = "Accounts";

    /// <summary>Sign-ins one network address may try in a minute.</summary>
    public int SignInTriesPerMinute { get; set; } = 20;

    /// <summary>Accounts one network address may open in a minute.</summary>
    public int RegistrationsPerMinute { get; set; } = 20;
}
