using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Mirror.Tests.Origin;

/// <summary>A self-signed certificate for a fake origin. To trust it, trust its PEM file.</summary>
public static class OriginCertificate
{
    /// <summary>Creates a certificate for 127.0.0.1, localhost and the given names, valid for one year from yesterday.</summary>
    public static X509Certificate2 Create(params string[] names)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=Fake origin", key, HashAlgorithmName.SHA256);
        var subjects = new SubjectAlternativeNameBuilder();
        subjects.AddIpAddress(IPAddress.Loopback);
        foreach (string name in names.Prepend("localhost"))
        {
            subjects.AddDnsName(name);
        }

        request.CertificateExtensions.Add(subjects.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, false, 0, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], critical: false));
        var now = TimeProvider.System.GetUtcNow();
        return request.CreateSelfSigned(now.AddDays(-1), now.AddYears(1));
    }
}
