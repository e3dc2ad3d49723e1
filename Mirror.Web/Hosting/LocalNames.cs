using System.Net;
using System.Security.Cryptography.X509Certificates;
using Mirror.Core.Configuration;
using Mirror.Web.Http;

namespace Mirror.Web.Hosting;

/// <summary>The names and IP addresses at which clients may reach this server, for the generated certificate.</summary>
internal sealed record LocalNames(IReadOnlyList<string> DnsNames, IReadOnlyList<IPAddress> Addresses)
{
    public static LocalNames For(MirrorOptions options)
    {
        List<string> names = ["localhost", Environment.MachineName.ToLowerInvariant()];
        List<IPAddress> addresses = [IPAddress.Loopback, IPAddress.IPv6Loopback];
        foreach (var url in new[] { options.PublicUrl, options.Listen.Https, options.Listen.Http })
        {
            if (url is null || ListenAddress.IsAny(url))
            {
                continue;
            }

            if (ListenAddress.AddressOf(url) is { } address)
            {
                addresses.Add(address);
            }
            else
            {
                names.Add(url.IdnHost);
            }
        }

        // A machine name may contain characters that a certificate cannot.
        return new LocalNames(
            [.. names.Where(name => Uri.CheckHostName(name) == UriHostNameType.Dns).Distinct(StringComparer.OrdinalIgnoreCase)],
            [.. addresses.Distinct()]);
    }

    public X509Extension ToExtension()
    {
        var builder = new SubjectAlternativeNameBuilder();
        foreach (string name in DnsNames)
        {
            builder.AddDnsName(name);
        }

        foreach (var address in Addresses)
        {
            builder.AddIpAddress(address);
        }

        return builder.Build();
    }

    /// <summary>Whether the certificate has exactly these names and addresses.</summary>
    public bool AreThoseOf(X509Certificate2 certificate) =>
        certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().SingleOrDefault() is { } found
        && found.EnumerateDnsNames().ToHashSet().SetEquals(DnsNames)
        && found.EnumerateIPAddresses().ToHashSet().SetEquals(Addresses);
}
