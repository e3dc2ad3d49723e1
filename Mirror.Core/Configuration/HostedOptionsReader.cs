namespace Mirror.Core.Configuration;

/// <summary>Checks what the settings of published providers and modules require of other settings.</summary>
internal static class HostedOptionsReader
{
    private const string Own = "names this instance itself";

    public static void Check(ConfigurationSectionReader mirror, MirrorOptions options)
    {
        var upstream = options.Upstream;
        if (options.OwnHostname is null)
        {
            const string Needed = "needs Mirror:PublicUrl, whose host is the name of this instance as a registry; expected a URL with a full hostname there";
            if (options.Hosted.Hostnames.Count > 0)
            {
                mirror.Fault("Hosted:Hostnames", Needed);
            }

            if (upstream.Routes.Any(route => route.Host is null))
            {
                mirror.Fault("Upstream:Routes", $"has the host '{UpstreamRouteOptions.Hosted}', which {Needed}");
            }

            return;
        }

        if (options.IsOwn(upstream.DefaultHost))
        {
            mirror.Fault(
                "Upstream:DefaultHost",
                $"{Own}; expected another registry, or '*' with the host '{UpstreamRouteOptions.Hosted}' in Mirror:Upstream:Routes");
        }

        if (upstream.Routes.FirstOrDefault(route => route.Host is { } host && options.IsOwn(host)) is { } route)
        {
            mirror.Fault("Upstream:Routes", $"{Own}, {route.Host}; expected '{UpstreamRouteOptions.Hosted}' for published providers and modules");
        }

        if (upstream.Hosts.FirstOrDefault(host => options.IsOwn(host.Name)) is { } own)
        {
            mirror.Fault("Upstream:Hosts", $"{Own}, {own.Name}, which is never queried; expected other registries");
        }
    }
}
