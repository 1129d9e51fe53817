using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace Seckill.Core.Accounts;

/// <summary>
/// Makes and checks password hashes. Each costs about a tenth of a second of a core on purpose (<see cref="AccountsOptions.PasswordIterations"/>),
/// so no more than two are made at a time and everybody else waits without a thread.
/// </summary>
internal sealed class Passwords : IDisposable
{
    public const int MinIterations = 10_000;

    /// <summary>Above this a hash is a way to keep a core busy.</summary>
    public const int MaxIterations = 10_000_000;

    private readonly PasswordHasher<string> _hasher;
    private readonly SemaphoreSlim _turns = new(2);
    private readonly Lazy<string> _nobodys;

    public Passwords(IOptions<AccountsOptions> options)
    {
        _hasher = new(Options.Create(new PasswordHasherOptions { IterationCount = options.Value.PasswordIterations }));
        _nobodys = new(() => _hasher.HashPassword("", Convert.ToBase64String(RandomNumberGenerator.GetBytes(16))));
    }

    public async Task<string> HashAsync(string password, CancellationToken cancellationToken)
    {
        await _turns.WaitAsync(cancellationToken);
        try
        {
            return _hasher.HashPassword("", password);
        }
        finally
        {
            _turns.Release();
        }
    }

    /// <param name="hash">Null: there is no such account, which takes as long to find out as a wrong password for a hash made here.</param>
    public async Task<PasswordVerificationResult> VerifyAsync(string? hash, string password, CancellationToken cancellationToken)
    {
        await _turns.WaitAsync(cancellationToken);
        try
        {
            if (hash is not null && !IsMd5(hash))
            {
                return _hasher.VerifyHashedPassword("", hash, password);
            }

            if (hash is not null && IsMd5Of(hash, password))
            {
                return PasswordVerificationResult.SuccessRehashNeeded;
            }

            _hasher.VerifyHashedPassword("", _nobodys.Value, password);
            return PasswordVerificationResult.Failed;
        }
        finally
        {
            _turns.Release();
        }
    }

    /// <summary>Whether a hash of another system can be checked here.</summary>
    public static bool CanVerify(string hash) => IsMd5(hash) || IsIdentity(hash);

    public void Dispose() => _turns.Dispose();

    private static bool IsMd5(string hash) => hash.Length == 2 * MD5.HashSizeInBytes && hash.All(char.IsAsciiHexDigit);

#pragma warning disable CA5351 // Not chosen: it is what imported accounts come with, until their next sign-in.
    private static bool IsMd5Of(string hash, string password) =>
        CryptographicOperations.FixedTimeEquals(MD5.HashData(Encoding.UTF8.GetBytes(password)), Convert.FromHexString(hash));
#pragma warning restore CA5351

    // Version 2: a marker 0, salt, key. Version 3: a marker 1, then function, iterations and length of the salt, salt, key.
    private static bool IsIdentity(string hash)
    {
        var bytes = new byte[AccountRules.MaxPasswordHash];
        if (hash.Length > AccountRules.MaxPasswordHash || !Convert.TryFromBase64String(hash, bytes, out var length) || length == 0)
        {
            return false;
        }

        if (bytes[0] == 0)
        {
            return length == 1 + 16 + 32;
        }

        const int header = 13;
        if (bytes[0] != 1 || length < header)
        {
            return false;
        }

        var function = BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(1));
        var iterations = BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(5));
        var salt = BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(9));
        return function <= 2 && iterations is > 0 and <= MaxIterations && salt is >= 16 and <= 64 && length - header - salt >= 16;
    }
}
