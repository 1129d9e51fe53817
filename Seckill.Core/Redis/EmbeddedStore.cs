using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Garnet;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace Seckill.Core.Redis;

/// <summary>
/// Microsoft Garnet in this process: in memory only, on 127.0.0.1, a free port and a password of this start. Volatile by design:
/// SQL is the ledger, and every sale is rebuilt from it at start.
/// </summary>
internal sealed class EmbeddedStore : IDisposable
{
    private const int PortTries = 5;

    private readonly GarnetServer _server;
    private readonly int _port;
    private readonly string _password = Convert.ToHexString(RandomNumberGenerator.GetBytes(16));

    public EmbeddedStore()
    {
        for (var attempt = 1; ; attempt++)
        {
            _port = FreePort();
            try
            {
                // Without transaction mode scripts are not atomic. Memory is taken as data comes; the bound must never be reached, because
                // Garnet would drop whole keys, oldest first, without a word.
                _server = new GarnetServer(
                [
                    "--bind", "127.0.0.1", "--port", $"{_port}", "--auth", "Password", "--password", _password,
                    "--lua", "true", "--lua-transaction-mode", "true",
                    "--memory", "256g", "--index", "16m", "--page", "1m", "-q", "true",
                ], loggerFactory: null);
                _server.Start();
                return;
            }
            catch (Exception) when (attempt < PortTries)
            {
                // Somebody took the port between asking and binding.
                _server?.Dispose();
            }
        }
    }

    public ConfigurationOptions Options => new()
    {
        EndPoints = { { IPAddress.Loopback, _port } },
        Password = _password,
    };

    public void Dispose() => _server.Dispose();

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
