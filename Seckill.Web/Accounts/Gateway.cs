using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;

namespace Seckill.Web.Accounts;

internal sealed class GatewayOptions
{
    public const string Section = "Gateway";
    public const int ShortestKey = 16;

    /// <summary>What a gateway that has already authenticated its callers proves itself with. Empty: there is no such gateway.</summary>
    public string Key { get; set; } = "";
}

/// <summary>Whether a request comes through the gateway, whose word about the user is then enough.</summary>
internal sealed class Gateway(IOptions<GatewayOptions> options)
{
    public const string KeyHeader = "Gateway-Key";
    public const string Scheme = "Gateway";

    private const int LongestKey = 256;

    private readonly byte[] _key = Encoding.UTF8.GetBytes(options.Value.Key);

    /// <summary>Takes as long for a wrong key as for the right one.</summary>
    public bool Trusts(string? key)
    {
        if (_key.Length == 0 || key is null || key.Length > LongestKey)
        {
            return false;
        }

        Span<byte> bytes = stackalloc byte[LongestKey * 3];
        var length = Encoding.UTF8.GetBytes(key, bytes);
        return CryptographicOperations.FixedTimeEquals(bytes[..length], _key);
    }
}
