namespace Seckill.Core.Accounts;

public enum UserRole
{
    Shopper,
    Seller,
    Admin,
}

internal sealed class User
{
    public long Id { get; set; }
    public long UserId { get; set; }
    public required string UserName { get; set; }

    /// <summary>What names are compared by: two names that differ in case only are one.</summary>
    public required string NormalizedUserName { get; set; }

    /// <summary>ASP.NET Core Identity's format (PBKDF2), or 32 hex digits: MD5 of an imported account until its next sign-in.</summary>
    public required string PasswordHash { get; set; }
    public required string FirstName { get; set; }
    public required string LastName { get; set; }
    public UserRole Role { get; set; }
    public bool Suspended { get; set; }
    public DateTime CreatedAt { get; set; }
    public DateTime UpdatedAt { get; set; }
}

public enum ApplicationStatus
{
    Pending,
    Approved,
    Refused,
}

/// <summary>A shopper's wish to sell. One open application per user.</summary>
internal sealed class SellerApplication
{
    public long Id { get; set; }
    public long ApplicationId { get; set; }
    public long UserId { get; set; }
    public required string Message { get; set; }
    public ApplicationStatus Status { get; set; }
    public DateTime CreatedAt { get; set; }
    public DateTime UpdatedAt { get; set; }
}
