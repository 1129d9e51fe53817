using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;

namespace Seckill.Web.Accounts;

/// <summary>
/// Opaque tokens for programs: a user id and an end, sealed with the keys that all nodes share. No role is inside, because a token
/// outlives a change of role.
/// </summary>
internal sealed class BearerTokens(IDataProtectionProvider protection, TimeProvider clock)
{
    public const string Scheme = "Bearer";

    private const int Length = 2 * sizeof(long);
    private const int LongestToken = 1024;

    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(12);

    private readonly IDataProtector _protector = protection.CreateProtector("Seckill.BearerToken.v1");

    public (string Token, DateTime ExpiresAt) Issue(long userId)
    {
        var expiresAt = clock.GetUtcNow() + Lifetime;
        var content = new byte[Length];
        BinaryPrimitives.WriteInt64LittleEndian(content, userId);
        BinaryPrimitives.WriteInt64LittleEndian(content.AsSpan(sizeof(long)), expiresAt.ToUnixTimeMilliseconds());
        return (Base64Url.EncodeToString(_protector.Protect(content)), expiresAt.UtcDateTime);
    }

    /// <summary>Whose token it is; null when it is none of ours or over.</summary>
    public long? UserIdOf(ReadOnlySpan<char> token)
    {
        if (token.Length is 0 or > LongestToken || !Base64Url.IsValid(token))
        {
            return null;
        }

        try
        {
            var content = _protector.Unprotect(Base64Url.DecodeFromChars(token));
            return content.Length == Length
                && BinaryPrimitives.ReadInt64LittleEndian(content.AsSpan(sizeof(long))) > clock.GetUtcNow().ToUnixTimeMilliseconds()
                    ? BinaryPrimitives.ReadInt64LittleEndian(content)
                    : null;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }
}
