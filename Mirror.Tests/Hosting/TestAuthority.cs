using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Mirror.Tests.Hosting;

/// <summary>A certificate authority that issues certificates for clients and servers.</summary>
public sealed class TestAuthority : IDisposable
{
    private static readonly Oid ServerUse = new("1.3.6.1.5.5.7.3.1");
    private static readonly Oid ClientUse = new("1.3.6.1.5.5.7.3.2");

    /// <param name="name">The common name.</param>
    /// <param name="issuer">Null: it is a root.</param>
    /// <param name="padding">Bytes by which the certificate is longer than necessary.</param>
    /// <param name="lastDay">The end of its validity, in days from now.</param>
    public TestAuthority(string name, TestAuthority? issuer = null, int padding = 0, int lastDay = 300)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        if (padding > 0)
        {
            request.CertificateExtensions.Add(new X509Extension("1.3.6.1.4.1.99999.1", new byte[padding], false));
        }

        var now = TimeProvider.System.GetUtcNow();
        Certificate = issuer is null
            ? request.CreateSelfSigned(now.AddDays(-30), now.AddDays(301))
            : WithKey(request.Create(issuer.Certificate, issuer.Begin, issuer.AtMost(now.AddDays(lastDay)), Serial()), key);
    }

    /// <summary>With its private key.</summary>
    public X509Certificate2 Certificate { get; }

    public string Pem => Certificate.ExportCertificatePem() + "\n";

    private DateTimeOffset Begin => new(Certificate.NotBefore.ToUniversalTime());

    /// <summary>A certificate for clients.</summary>
    /// <param name="from">The begin of its validity, in days from now.</param>
    /// <param name="to">The end of its validity, in days from now.</param>
    public X509Certificate2 ForClient(string name = "client", int from = -1, int to = 30) => Issue(name, ClientUse, from, to);

    /// <summary>A certificate for the server localhost.</summary>
    public X509Certificate2 ForServer(string name = "localhost") => Issue(name, ServerUse, -1, 30);

    /// <summary>Its certificate and key in one PEM text.</summary>
    public static string PemOf(X509Certificate2 certificate) =>
        new StringBuilder(certificate.ExportCertificatePem()).Append('\n').Append(KeyPemOf(certificate)).ToString();

    public static string KeyPemOf(X509Certificate2 certificate)
    {
        using var key = certificate.GetECDsaPrivateKey()!;
        return key.ExportPkcs8PrivateKeyPem() + "\n";
    }

    public void Dispose() => Certificate.Dispose();

    private X509Certificate2 Issue(string name, Oid use, int from, int to)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([use], false));
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        names.AddIpAddress(System.Net.IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        var now = TimeProvider.System.GetUtcNow();
        return WithKey(request.Create(Certificate, now.AddDays(from), AtMost(now.AddDays(to)), Serial()), key);
    }

    // Certificates must not be valid for longer than their issuer.
    private DateTimeOffset AtMost(DateTimeOffset end)
    {
        var last = new DateTimeOffset(Certificate.NotAfter.ToUniversalTime());
        return end < last ? end : last;
    }

    private static X509Certificate2 WithKey(X509Certificate2 certificate, ECDsa key)
    {
        using (certificate)
        {
            return certificate.CopyWithPrivateKey(key);
        }
    }

    private static byte[] Serial() => [1, .. RandomNumberGenerator.GetBytes(15)];
}
