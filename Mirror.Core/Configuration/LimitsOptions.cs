namespace Mirror.Core.Configuration;

/// <summary>
/// The connections, requests and pages that clients may have open, and the minimum transfer rates. Connections from this machine and from
/// trusted proxies count only toward the totals. See <see href="security.md#protection-against-clients">Protection against clients</see>.
/// </summary>
public sealed record LimitsOptions
{
    /// <summary>Open connections in total. Further connections are closed immediately.</summary>
    public int Connections { get; init; } = 4_096;

    /// <summary>Open connections from one address, or from one /64 for IPv6.</summary>
    public int ConnectionsPerAddress { get; init; } = 1_024;

    /// <summary>Concurrent requests on one HTTP/2 connection.</summary>
    public int StreamsPerConnection { get; init; } = 100;

    /// <summary>Connected pages of visitors who are not signed in, in total. Further pages are not interactive.</summary>
    public int AnonymousPages { get; init; } = 512;

    /// <summary>Connected pages of visitors who are not signed in, from one address, or from one /64 for IPv6.</summary>
    public int AnonymousPagesPerAddress { get; init; } = 64;

    /// <summary>
    /// How long a connection may stay open without a request. It must be longer than the idle timeout of the proxies in front of the
    /// server.
    /// </summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromSeconds(130);

    /// <summary>How long a TLS handshake may take.</summary>
    public TimeSpan HandshakeTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a client may take to send the request line and the headers.</summary>
    public TimeSpan RequestHeadTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>The minimum rate of a request body, in bytes per second. <c>0</c> disables it.</summary>
    public long RequestRate { get; init; } = 1_024;

    /// <summary>The minimum rate at which a client reads a response, in bytes per second. <c>0</c> disables it.</summary>
    public long ResponseRate { get; init; } = 256;

    /// <summary>How long a body or a response may stay below its minimum rate.</summary>
    public TimeSpan RateGrace { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Sign-ins that may wait while the passwords of others are checked. Further sign-ins get 503.</summary>
    public int SignIns { get; init; } = 32;
}
