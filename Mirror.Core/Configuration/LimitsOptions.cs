namespace Mirror.Core.Configuration;

/// <summary>
/// <c>Mirror:Limits</c>: what clients together, and one of them, may hold of this server at once, and how slow they may be.
/// Loopback and <see cref="MirrorOptions.TrustedProxies"/> count in the totals only.
/// </summary>
public sealed record LimitsOptions
{
    /// <summary>Open connections in all.</summary>
    public int Connections { get; init; } = 4_096;

    /// <summary>Open connections from one address (of IPv6, from one /64).</summary>
    public int ConnectionsPerAddress { get; init; } = 1_024;

    /// <summary>Requests at once on one HTTP/2 connection.</summary>
    public int StreamsPerConnection { get; init; } = 100;

    /// <summary>Pages that visitors without a sign-in keep connected (Blazor circuits), in all.</summary>
    public int AnonymousPages { get; init; } = 512;

    /// <summary>Likewise from one address (of IPv6, from one /64).</summary>
    public int AnonymousPagesPerAddress { get; init; } = 64;

    /// <summary>How long a connection may stay open without a request.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromSeconds(130);

    /// <summary>Within which a TLS handshake is done.</summary>
    public TimeSpan HandshakeTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Within which a request's line and headers have come.</summary>
    public TimeSpan RequestHeadTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// Bytes a second at which a request's body must come, after a grace of <see cref="RateGrace"/>; 0: as slowly as it likes.
    /// </summary>
    public long RequestRate { get; init; } = 1_024;

    /// <summary>
    /// Bytes a second at which an answer must be taken, after a grace of <see cref="RateGrace"/>; 0: as slowly as the client likes.
    /// </summary>
    public long ResponseRate { get; init; } = 256;

    /// <summary>How long a body or an answer may be below its rate.</summary>
    public TimeSpan RateGrace { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Sign-ins that may wait while others are checked; more are refused at once.</summary>
    public int SignIns { get; init; } = 32;
}
