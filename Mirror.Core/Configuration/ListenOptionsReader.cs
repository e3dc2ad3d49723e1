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
            listen.Fault("Https", "is empty, and so is Mirror:Listen:Http; expected at least one address to listen on");
        }

        return options;
    }

    public static TlsOptions ReadTls(ConfigurationSectionReader tls)
    {
        string? certificate = tls.OptionalText("CertificatePath", "path");
        string? key = tls.OptionalText("KeyPath", "path");
        CheckPair(tls, "CertificatePath", certificate, "KeyPath", key);
        var mode = tls.OptionalChoice<ClientCertificatePolicy>("ClientCertificates");
        string? authorities = tls.OptionalText("ClientAuthorityPath", "path");
        CheckAuthorities(tls, mode, authorities);
        return new TlsOptions
        {
            CertificatePath = certificate,
            KeyPath = key,
            ClientCertificates = mode ?? ClientCertificatePolicy.Off,
            ClientAuthorityPath = authorities,
        };
    }

    /// <summary>Adds the faults of a certificate and its key; both may be absent.</summary>
    public static void CheckPair(
        ConfigurationSectionReader section, string certificateKey, string? certificate, string keyKey, string? key)
    {
        if (certificate is null != key is null)
        {
            section.Fault(
                certificate is null ? certificateKey : keyKey, "is missing; expected both a certificate and its key, or neither");
        }

        section.CheckFiles(() =>
        {
            var named = new[] { (section.Key(certificateKey), certificate), (section.Key(keyKey), key) };
            var files = PemFile.Read([.. named.Where(file => file.Item2 is not null)!]);
            if (files is [var first, var second])
            {
                CertificateFiles.ParsePair(first, second);
            }
        });
    }

    private static void CheckAuthorities(ConfigurationSectionReader tls, ClientCertificatePolicy? mode, string? path)
    {
        if (path is null)
        {
            if (mode is ClientCertificatePolicy.Allow or ClientCertificatePolicy.Require)
            {
                tls.Fault("ClientAuthorityPath", $"is missing; expected the certificate authorities of clients with ClientCertificates={mode}");
            }
        }
        else if (mode is null)
        {
            // The path alone would look as if certificates were checked.
            tls.Fault("ClientCertificates", "is missing; expected Allow or Require with ClientAuthorityPath, or Off");
        }
        else if (mode != ClientCertificatePolicy.Off)
        {
            tls.CheckFiles(() =>
            {
                var files = PemFile.ReadAll(tls.Key("ClientAuthorityPath"), path);
                if (!CertificateFiles.ParseCertificates(files).Any(CertificateFiles.IsRoot))
                {
                    throw files[0].Fault("contains no root certificate; expected the self-signed certificate of an authority");
                }
            });
        }
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
