using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Mirror.Core.Configuration;
using Mirror.Web.Http;

namespace Mirror.Web.Hosting;

/// <summary>
/// With <c>Mirror:Tls:ClientCertificates=Require</c>, the HTTP listener serves only health checks and clients on this machine. Otherwise
/// clients could avoid the certificate by not using TLS.
/// </summary>
internal static class CertificateRequirement
{
    /// <summary>Call when configuring the HTTP listener: requests of a trusted proxy only have the address of its client.</summary>
    public static void RememberPeer(IConnectionBuilder listener) => listener.Use(next => connection =>
    {
        connection.Features.Set(new Peer((connection.RemoteEndPoint as IPEndPoint)?.Address));
        return next(connection);
    });

    /// <summary>Call after the forwarded headers are applied.</summary>
    public static void UseCertificateRequirement(this WebApplication app, MirrorOptions options)
    {
        if (options.Tls.ClientCertificates == ClientCertificatePolicy.Require)
        {
            app.Use(next => context => IsServed(context)
                ? next(context)
                : Problems.WriteAsync(
                    context,
                    StatusCodes.Status403Forbidden,
                    "Client certificate required",
                    "Over HTTP, this server serves only health checks and clients on its own machine, because Mirror:Tls:ClientCertificates is Require. Use HTTPS with a client certificate."));
        }
    }

    private static bool IsServed(HttpContext context) => IsServed(
        // Of the connection: a forwarded scheme says nothing about it.
        context.Features.Get<ITlsHandshakeFeature>() is not null,
        context.Features.Get<Peer>()?.Address,
        context.Connection.RemoteIpAddress,
        context.Request.Path);

    /// <param name="isTls">The handshake has checked the certificate.</param>
    /// <param name="peer">The other end of the connection.</param>
    /// <param name="client">The client for which a trusted proxy forwards the request; otherwise the peer.</param>
    internal static bool IsServed(bool isTls, IPAddress? peer, IPAddress? client, PathString path) =>
        isTls
        || path.StartsWithSegments("/health", StringComparison.Ordinal)
        || path.StartsWithSegments("/check", StringComparison.Ordinal)
        || IsLoopback(peer) && IsLoopback(client);

    private static bool IsLoopback(IPAddress? address) => address is not null && IPAddress.IsLoopback(address);

    private sealed record Peer(IPAddress? Address);
}
