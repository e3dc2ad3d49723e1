using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Mirror.Core.Configuration;

namespace Mirror.Web.Hosting;

/// <summary>The certificate of the HTTPS listener, with its key and chain.</summary>
/// <param name="Certificate">The certificate with its private key.</param>
/// <param name="Issuers">The intermediate certificates to send; may be empty.</param>
/// <param name="AuthorityPath">The file that clients must trust; null with a configured certificate.</param>
internal sealed record ServerCertificate(X509Certificate2 Certificate, X509Certificate2Collection Issuers, string? AuthorityPath)
    : IDisposable
{
    /// <summary>Loads the configured PEM files, or a certificate of the local authority, which is created if missing.</summary>
    /// <exception cref="InvalidConfigurationException">The configured files are unusable.</exception>
    public static ServerCertificate Load(MirrorOptions options, DateTimeOffset now)
    {
        if (options.Tls is { CertificatePath: { } certificate, KeyPath: { } key })
        {
            return FromFiles(certificate, key);
        }

        return new LocalAuthority(options.TlsDirectory).Certify(LocalNames.For(options), now);
    }

    public void Dispose()
    {
        Certificate.Dispose();
        foreach (var issuer in Issuers)
        {
            issuer.Dispose();
        }
    }

    /// <summary>Windows cannot use a certificate whose key exists only in memory.</summary>
    internal static X509Certificate2 Usable(X509Certificate2 certificate)
    {
        if (!OperatingSystem.IsWindows())
        {
            return certificate;
        }

        using (certificate)
        {
            return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), null);
        }
    }

    private static ServerCertificate FromFiles(string certificatePath, string keyPath)
    {
        X509Certificate2Collection all = [];
        try
        {
            all.ImportFromPemFile(certificatePath);
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw Fault("CertificatePath", $"'{certificatePath}' cannot be read: {e.Message}");
        }

        if (all.Count == 0)
        {
            throw Fault(
                "CertificatePath", $"'{certificatePath}' contains no certificate; expected a PEM file with the server's certificate first");
        }

        X509Certificate2 certificate;
        try
        {
            certificate = X509Certificate2.CreateFromPemFile(certificatePath, keyPath);
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException or IOException or UnauthorizedAccessException)
        {
            throw Fault("KeyPath", $"'{keyPath}' is not the key of '{certificatePath}': {e.Message} Expected an unencrypted PEM file");
        }

        all[0].Dispose();
        all.RemoveAt(0);
        return new ServerCertificate(Usable(certificate), all, null);
    }

    private static InvalidConfigurationException Fault(string key, string problem) =>
        new([new ConfigurationFault("Mirror:Tls:" + key, problem)]);
}
