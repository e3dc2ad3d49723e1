using System.Diagnostics.Metrics;
using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Mirror.Core.Configuration;
using Mirror.Web.Http;

namespace Mirror.Web.Hosting;

/// <summary>
/// Limits the cost of connections: their number, in total and per address, before any TLS or HTTP is read; their read-ahead; and their
/// minimum rate. Excess connections are closed immediately.
/// </summary>
internal sealed class ConnectionLimits
{
    public const string MeterName = "Mirror.Hosting";

    // Bytes read from a connection while its handler is busy; thousands of connections may each hold as many.
    private const int ReadAhead = 64 * 1024;

    // Shared by the streams of an HTTP/2 connection; bounds the upload rate to this many bytes per round trip.
    private const int Window = 128 * 1024;

    private readonly LimitsOptions _limits;
    private readonly ClientShares _shares;
    private readonly RefusalCounter<ShareRefusal> _refused;

    public ConnectionLimits(MirrorOptions options, IMeterFactory meters, TimeProvider time, ILogger<ConnectionLimits> log)
    {
        _limits = options.Limits;
        _shares = new ClientShares(_limits.Connections, _limits.ConnectionsPerAddress, options.TrustedProxies);
        _refused = new RefusalCounter<ShareRefusal>(
            time,
            "limit",
            [ShareRefusal.InAll, ShareRefusal.PerAddress],
            (count, refusal) => HostLog.ConnectionsRefused(
                log, count, refusal == ShareRefusal.InAll ? "Mirror:Limits:Connections" : "Mirror:Limits:ConnectionsPerAddress"));
        var meter = meters.Create(MeterName);
        meter.CreateObservableGauge("mirror.connections", () => _shares.Total, "{connection}", "Open client connections");
        meter.CreateObservableCounter(
            "mirror.connections.refused", _refused.Read, "{connection}", "Connections refused, by the limit that was reached");
    }

    /// <summary>The number of open connections.</summary>
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

    /// <summary>Limits the read-ahead of TLS, and of HTTP/1 without TLS; the server's own limit applies to decrypted bytes.</summary>
    public static void Apply(SocketTransportOptions sockets) => sockets.MaxReadBufferSize = ReadAhead;

    /// <summary>Call first when configuring a listener.</summary>
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
