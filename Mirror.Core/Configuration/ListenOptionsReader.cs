using System.Net;

namespace Mirror.Core.Configuration;

/// <summary>Reads <c>Mirror:Listen</c>, <c>Mirror:Tls</c> and <c>Mirror:TrustedProxies</c>: how clients reach the server.</summary>
internal static class ListenOptionsReader
{
    public static ListenOptions ReadListen(ConfigurationSectionReader listen)
    {
        var defaults = new ListenOptions();
        var options = new ListenOptions
        {
            Http = listen.ListenUrl("Http", defaults.Http!, "http"),
            Https = listen.ListenUrl("Https", defaults.Https!, "https"),
        };
        if (options.Http is null && options.Https is null)
        {
            listen.Fault("Https", "and Mirror:Listen:Http are both empty; expected at least one address to listen on");
        }

        return options;
    }

    public static TlsOptions ReadTls(ConfigurationSectionReader tls)
    {
        var options = new TlsOptions
        {
            CertificatePath = tls.OptionalText("CertificatePath", "path"),
            KeyPath = tls.OptionalText("KeyPath", "path"),
        };
        foreach (var (key, path) in new[] { ("CertificatePath", options.CertificatePath), ("KeyPath", options.KeyPath) })
        {
            if (path is not null && !File.Exists(path))
            {
                tls.Fault(key, $"'{path}' does not exist; expected a PEM file");
            }
        }

        if (options.CertificatePath is null != options.KeyPath is null)
        {
            string missing = options.CertificatePath is null ? "CertificatePath" : "KeyPath";
            tls.Fault(missing, "is missing; expected both a certificate and its key, or neither");
        }

        return options;
    }

    public static List<IPNetwork> ReadProxies(ConfigurationSectionReader mirror)
    {
        var networks = new List<IPNetwork>();
        foreach (string text in mirror.List("TrustedProxies", "addresses and networks") ?? [])
        {
            if (IPNetwork.TryParse(text, out var network))
            {
                networks.Add(network);
            }
            else if (IPAddress.TryParse(text, out var address))
            {
                networks.Add(new IPNetwork(address, address.GetAddressBytes().Length * 8));
            }
            else
            {
                mirror.Fault("TrustedProxies", $"'{text}' is not valid; expected an address or a network such as 10.0.0.0/8");
            }
        }

        return networks;
    }
}
