using System.Diagnostics.Metrics;
using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Mirror.Core.Configuration;
using Mirror.Web.Http;

namespace Mirror.Web.Hosting;

/// <summary>
/// Bounds what connections cost: how many there are, in all and from one address, before a byte of TLS or HTTP is read of
/// them; how much is read ahead; and how slow they may be. One too many is closed at once.
/// </summary>
internal sealed class ConnectionLimits
{
    public const string MeterName = "Mirror.Hosting";

    // Bytes that are read of a connection while its handler is busy or waits; thousands of connections at once may each hold them.
    private const int ReadAhead = 64 * 1024;

    // HTTP/2 shares them among the streams of a connection; uploads over a long way are no faster than this in one round trip.
    private const int Window = 128 * 1024;

    private readonly LimitsOptions _limits;
    private readonly ClientShares _shares;
    private readonly RefusalCounter _refused;

    public ConnectionLimits(MirrorOptions options, IMeterFactory meters, TimeProvider time, ILogger<ConnectionLimits> log)
    {
        _limits = options.Limits;
        _shares = new ClientShares(_limits.Connections, _limits.ConnectionsPerAddress, options.TrustedProxies);
        _refused = new RefusalCounter(
            time,
            (count, refusal) => HostLog.ConnectionsRefused(
                log, count, refusal == ShareRefusal.InAll ? "Mirror:Limits:Connections" : "Mirror:Limits:ConnectionsPerAddress"));
        var meter = meters.Create(MeterName);
        meter.CreateObservableGauge("mirror.connections", () => _shares.Total, "{connection}", "Open connections of clients");
        meter.CreateObservableCounter(
            "mirror.connections.refused", _refused.Read, "{connection}", "Connections closed at once, by the limit that was reached");
    }

    /// <summary>The connections that are open now.</summary>
    public int Open => _shares.Total;

    public void Apply(KestrelServerLimits kestrel)
    {
        kestrel.KeepAliveTimeout = _limits.IdleTimeout;
        kestrel.RequestHeadersTimeout = _limits.RequestHeadTimeout;
        kestrel.MinRequestBodyDataRate = Rate(_limits.RequestRate);
        kestrel.MinResponseDataRate = Rate(_limits.ResponseRate);
        kestrel.MaxRequestBufferSize = ReadAhead;
        kestrel.MaxRequestLineSize = 8 * 1024;
        kestrel.MaxRequestHeadersTotalSize = 32 * 1024;
        kestrel.MaxRequestHeaderCount = 100;
        kestrel.Http2.MaxStreamsPerConnection = _limits.StreamsPerConnection;
        kestrel.Http2.InitialStreamWindowSize = Window;
        kestrel.Http2.InitialConnectionWindowSize = Window;
    }

    /// <summary>What is read ahead of TLS and of HTTP/1 without it; the server's own bound is for what TLS has decrypted.</summary>
    public static void Apply(SocketTransportOptions sockets) => sockets.MaxReadBufferSize = ReadAhead;

    /// <summary>To be the first that a listener does with a connection.</summary>
    public void Guard(IConnectionBuilder listener) => listener.Use(next => connection => RunAsync(connection, next));

    internal async Task RunAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        using var share = _shares.TryTake((connection.RemoteEndPoint as IPEndPoint)?.Address, out var refusal);
        if (share is null)
        {
            _refused.Add(refusal);
            connection.Abort();
            return;
        }

        await next(connection);
    }

    private MinDataRate? Rate(long bytesPerSecond) => bytesPerSecond == 0 ? null : new MinDataRate(bytesPerSecond, _limits.RateGrace);
}
