using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Mirror.Core.Configuration;
using Mirror.Web.Cli;
using Mirror.Web.Http;

namespace Mirror.Web.Hosting;

/// <summary>
/// A certificate authority for this installation: Terraform requires HTTPS from mirrors, so clients need a certificate to trust from the
/// start. <c>ca.pem</c> is readable by all users; the keys only by the owner of the files.
/// </summary>
internal sealed class LocalAuthority(string directory)
{
    // Apple platforms reject longer lifetimes: https://support.apple.com/102028.
    private const int LeafDays = 397;
    private const int RenewDaysBefore = 30;
    private const int AuthorityYears = 10;
    private static readonly TimeSpan ClockSkew = TimeSpan.FromHours(1);

    public string AuthorityPath { get; } = Path.Combine(directory, "ca.pem");

    private string AuthorityKeyPath { get; } = Path.Combine(directory, "ca.key");

    private string LeafPath { get; } = Path.Combine(directory, "server.pem");

    private string LeafKeyPath { get; } = Path.Combine(directory, "server.key");

    /// <summary>Returns the certificate for the names; issues one if it is missing, expires soon or has other names.</summary>
    /// <exception cref="StartFailedException">The files cannot be read or written.</exception>
    public ServerCertificate Certify(LocalNames names, DateTimeOffset now)
    {
        try
        {
            Directory.CreateDirectory(directory);
            using var authority = LoadAuthority(now) ?? MakeAuthority(now);
            var leaf = LoadLeaf(authority, names, now) ?? MakeLeaf(authority, names, now);
            return new ServerCertificate(CertificateFiles.Usable(leaf), AuthorityPath);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StartFailedException($"Cannot read or write the certificates in '{directory}': {e.Message}", e);
        }
    }

    private X509Certificate2? LoadAuthority(DateTimeOffset now) =>
        Load(AuthorityPath, AuthorityKeyPath) is { } authority && IsGoodFor(authority, now, TimeSpan.FromDays(LeafDays)) ? authority : null;

    private X509Certificate2 MakeAuthority(DateTimeOffset now)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(
            $"CN=Mirror local authority on {SafeName(Environment.MachineName)}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        var authority = request.CreateSelfSigned(now - ClockSkew, now.AddYears(AuthorityYears));
        OwnerOnlyFile.Write(AuthorityKeyPath, key.ExportPkcs8PrivateKeyPem() + "\n");
        OwnerOnlyFile.WriteForAll(AuthorityPath, authority.ExportCertificatePem() + "\n");
        return authority;
    }

    private X509Certificate2? LoadLeaf(X509Certificate2 authority, LocalNames names, DateTimeOffset now)
    {
        var leaf = Load(LeafPath, LeafKeyPath);
        if (leaf is null)
        {
            return null;
        }

        if (IsGoodFor(leaf, now, TimeSpan.FromDays(RenewDaysBefore)) && names.AreThoseOf(leaf) && IsIssuedBy(leaf, authority))
        {
            return leaf;
        }

        leaf.Dispose();
        return null;
    }

    private X509Certificate2 MakeLeaf(X509Certificate2 authority, LocalNames names, DateTimeOffset now)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=Mirror", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], false));
        request.CertificateExtensions.Add(names.ToExtension());
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(authority, true, false));
        using var certificate = request.Create(
            authority, now - ClockSkew, (now - ClockSkew).AddDays(LeafDays), RandomNumberGenerator.GetBytes(16));
        OwnerOnlyFile.Write(LeafKeyPath, key.ExportPkcs8PrivateKeyPem() + "\n");
        OwnerOnlyFile.WriteForAll(LeafPath, certificate.ExportCertificatePem() + "\n");
        return certificate.CopyWithPrivateKey(key);
    }

    /// <summary>Returns null if the files are missing or do not match; they are then created again.</summary>
    private static X509Certificate2? Load(string certificate, string key)
    {
        try
        {
            return File.Exists(certificate) && File.Exists(key) ? X509Certificate2.CreateFromPemFile(certificate, key) : null;
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            return null;
        }
    }

    private static bool IsGoodFor(X509Certificate2 certificate, DateTimeOffset now, TimeSpan time) =>
        certificate.NotBefore.ToUniversalTime() <= now.UtcDateTime && certificate.NotAfter.ToUniversalTime() >= (now + time).UtcDateTime;

    private static bool IsIssuedBy(X509Certificate2 leaf, X509Certificate2 authority)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(authority);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        // The caller checks the validity period with this server's clock.
        chain.ChainPolicy.VerificationFlags = X509VerificationFlags.IgnoreNotTimeValid;
        return chain.Build(leaf);
    }

    private static string SafeName(string machine) => string.Concat(machine.Where(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.'));
}
