using System.Net;
using System.Net.Sockets;

namespace Seckill.Tests.Shared;

internal static class Ports
{
    /// <summary>
    /// A free port of 127.0.0.1. Below those that the system gives to outgoing connections: one of them would take it while the server that
    /// has it is down.
    /// </summary>
    public static int Free()
    {
        while (true)
        {
            try
            {
                using var listener = new TcpListener(IPAddress.Loopback, Random.Shared.Next(10_000, 32_000));
                listener.Start();
                return ((IPEndPoint)listener.LocalEndpoint).Port;
            }
            catch (SocketException)
            {
                // Taken; another.
            }
        }
    }
}
