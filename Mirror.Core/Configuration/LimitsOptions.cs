namespace Mirror.Core.Configuration;

/// <summary>
/// <c>Mirror:Limits</c>: the connections, requests and pages that clients may hold, in total and per client, and the minimum transfer
/// rates. Loopback and <see cref="MirrorOptions.TrustedProxies"/> count only towards the totals.
/// </summary>
public sealed record LimitsOptions
{
    /// <summary>Open connections, in total.</summary>
    public int Connections { get; init; } = 4_096;

    /// <summary>Open connections per address (per /64 for IPv6).</summary>
    public int ConnectionsPerAddress { get; init; } = 1_024;

    /// <summary>Concurrent requests per HTTP/2 connection.</summary>
    public int StreamsPerConnection { get; init; } = 100;

    /// <summary>Pages (Blazor circuits) that visitors without a sign-in keep connected, in total.</summary>
    public int AnonymousPages { get; init; } = 512;

    /// <summary>The same per address (per /64 for IPv6).</summary>
    public int AnonymousPagesPerAddress { get; init; } = 64;

    /// <summary>How long a connection may stay open without a request.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromSeconds(130);

    /// <summary>How long a TLS handshake may take.</summary>
    public TimeSpan HandshakeTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a client may take to send the request line and headers.</summary>
    public TimeSpan RequestHeadTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>The minimum rate of a request body in bytes per second, after <see cref="RateGrace"/>; 0 for no minimum.</summary>
    public long RequestRate { get; init; } = 1_024;

    /// <summary>
    /// The minimum rate at which a client reads a response, in bytes per second, after <see cref="RateGrace"/>; 0 for no minimum.
    /// </summary>
    public long ResponseRate { get; init; } = 256;

    /// <summary>How long a body or response may stay below its minimum rate.</summary>
    public TimeSpan RateGrace { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Sign-ins that may wait while others are checked; further ones are rejected immediately.</summary>
    public int SignIns { get; init; } = 32;
}
