using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Mirror.Tests.Hosting;

/// <summary>Files with a certificate and its key, as an operator would configure them. Disposing removes them.</summary>
public sealed class PemFiles : IDisposable
{
    public const string Subject = "CN=theirs.example.com";

    private readonly string _directory = Directory.CreateTempSubdirectory("mirror-tests-").FullName;

    public PemFiles()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = new CertificateRequest(Subject, key, HashAlgorithmName.SHA256)
            .CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(100));
        File.WriteAllText(CertificatePath, certificate.ExportCertificatePem());
        File.WriteAllText(KeyPath, key.ExportPkcs8PrivateKeyPem());
    }

    public string CertificatePath => Path.Combine(_directory, "certificate.pem");

    public string KeyPath => Path.Combine(_directory, "key.pem");

    public void Dispose() => Directory.Delete(_directory, recursive: true);
}
