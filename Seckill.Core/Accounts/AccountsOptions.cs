namespace Seckill.Core.Accounts;

internal sealed class AccountsOptions
{
    public const string Section = "Accounts";

    /// <summary>Sign-ins one network address may try in a minute.</summary>
    public int SignInTriesPerMinute { get; set; } = 20;

    /// <summary>Accounts one network address may open in a minute.</summary>
    public int RegistrationsPerMinute { get; set; } = 20;

    /// <summary>
    /// Of PBKDF2 with HMAC-SHA512 in each new password's hash; a hash of fewer is made anew at its account's next sign-in. The default is what
    /// OWASP's Password Storage Cheat Sheet asked for in 2023.
    /// </summary>
    public int PasswordIterations { get; set; } = 210_000;
}
