namespace Mirror.Core.Configuration;

/// <summary>Reads <c>Mirror:Limits</c>.</summary>
internal static class LimitsOptionsReader
{
    private const int MaxCount = 1_000_000;

    public static LimitsOptions Read(ConfigurationSectionReader limits)
    {
        var defaults = new LimitsOptions();
        var second = TimeSpan.FromSeconds(1);
        return new LimitsOptions
        {
            Connections = limits.Count("Connections", defaults.Connections, 1, MaxCount),
            ConnectionsPerAddress = limits.Count("ConnectionsPerAddress", defaults.ConnectionsPerAddress, 1, MaxCount),
            StreamsPerConnection = limits.Count("StreamsPerConnection", defaults.StreamsPerConnection),
            AnonymousPages = limits.Count("AnonymousPages", defaults.AnonymousPages, 0, MaxCount),
            AnonymousPagesPerAddress = limits.Count("AnonymousPagesPerAddress", defaults.AnonymousPagesPerAddress, 0, MaxCount),
            IdleTimeout = limits.Duration("IdleTimeout", defaults.IdleTimeout, second),
            HandshakeTimeout = limits.Duration("HandshakeTimeout", defaults.HandshakeTimeout, second),
            RequestHeadTimeout = limits.Duration("RequestHeadTimeout", defaults.RequestHeadTimeout, second),
            RequestRate = limits.Size("RequestRate", defaults.RequestRate),
            ResponseRate = limits.Size("ResponseRate", defaults.ResponseRate),
            RateGrace = limits.Duration("RateGrace", defaults.RateGrace, 2 * second),
            SignIns = limits.Count("SignIns", defaults.SignIns),
        };
    }
}
