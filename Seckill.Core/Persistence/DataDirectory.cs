using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;

namespace Seckill.Core.Persistence;

/// <summary>Where files are kept: <c>Data:Directory</c>, by default <c>data</c> below the content root.</summary>
internal sealed class DataDirectory(IConfiguration configuration, IHostEnvironment environment)
{
    public const string Setting = "Data:Directory";

    private const string LockFile = "seckill.lock";

    public string FullPath { get; } = Path.GetFullPath(
        configuration[Setting] is { Length: > 0 } configured ? configured : "data", environment.ContentRootPath);

    /// <summary>The full path of a file in the directory, which exists afterwards.</summary>
    /// <exception cref="StartException">The directory cannot be made.</exception>
    public string File(string name)
    {
        try
        {
            return Path.Combine(Directory.CreateDirectory(FullPath).FullName, name);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StartException($"{Setting} names {FullPath}, which cannot be used: {e.Message}", e);
        }
    }

    /// <summary>Keeps other processes of this program out of the directory until disposed; the system lets go when this process dies.</summary>
    /// <exception cref="StartException">Another process is in it.</exception>
    public IDisposable Lock()
    {
        var path = File(LockFile);
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e)
        {
            throw new StartException(
                $"Another Seckill process uses the data directory {FullPath}. Stop it, or set {Setting} to another directory, or ConnectionStrings:Redis to share the work.", e);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new StartException($"{Setting} names {FullPath}, which cannot be used: {e.Message}", e);
        }
    }
}
