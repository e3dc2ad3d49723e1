using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Mirror.Core.Configuration;

/// <summary>A certificate with its private key.</summary>
/// <param name="Certificate">The certificate, usable for TLS.</param>
/// <param name="Issuers">The certificates between it and its authority, which are sent with it.</param>
public sealed record CertificatePair(X509Certificate2 Certificate, X509Certificate2Collection Issuers)
{
    /// <summary>For TLS connections. Missing issuers are not downloaded.</summary>
    public SslStreamCertificateContext ToContext() => SslStreamCertificateContext.Create(Certificate, Issuers, offline: true);
}

/// <summary>The certificates in PEM files.</summary>
public static class CertificateFiles
{
    /// <summary>The first certificate of a file with its key; the other certificates of the file are the issuers.</summary>
    /// <param name="certificate">The file with the certificates.</param>
    /// <param name="key">The file with the key; it may be the same file.</param>
    /// <exception cref="InvalidConfigurationException">The files cannot be used; the fault has the key of the faulty file.</exception>
    public static CertificatePair ParsePair(PemFile certificate, PemFile key)
    {
        var issuers = ParseCertificates([certificate]);
        if (key.Text.Contains("ENCRYPTED", StringComparison.Ordinal))
        {
            throw key.Fault("is encrypted; expected an unencrypted private key");
        }

        if (!key.Text.Contains("PRIVATE KEY-----", StringComparison.Ordinal))
        {
            throw key.Fault("contains no private key; expected PEM");
        }

        try
        {
            var leaf = Usable(X509Certificate2.CreateFromPem(certificate.Text, key.Text));
            issuers.RemoveAt(0);
            return new CertificatePair(leaf, issuers);
        }
        catch (ArgumentException)
        {
            throw key.Fault($"is not the private key of '{certificate.Path}'; expected the key of the first certificate there");
        }
        catch (CryptographicException e)
        {
            throw key.Fault($"cannot be used with '{certificate.Path}': {e.Message}");
        }
    }

    /// <exception cref="InvalidConfigurationException">A file cannot be used, or there are no certificates.</exception>
    public static X509Certificate2Collection ParseCertificates(IReadOnlyList<PemFile> files)
    {
        X509Certificate2Collection all = [];
        foreach (var file in files)
        {
            try
            {
                all.ImportFromPem(file.Text);
            }
            catch (CryptographicException e)
            {
                throw file.Fault($"contains a certificate that cannot be read: {e.Message}");
            }
        }

        return all.Count > 0 ? all : throw files[0].Fault("contains no certificate; expected PEM");
    }

    /// <summary>Whether a chain can end with the certificate.</summary>
    public static bool IsRoot(X509Certificate2 certificate) =>
        certificate.SubjectName.RawData.AsSpan().SequenceEqual(certificate.IssuerName.RawData);

    /// <summary>Windows cannot use a certificate whose key exists only in memory.</summary>
    public static X509Certificate2 Usable(X509Certificate2 certificate)
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
}
