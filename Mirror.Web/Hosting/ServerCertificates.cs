using System.Net.Security;
using Mirror.Core.Configuration;
using Mirror.Web.Ui.Alerts;

namespace Mirror.Web.Hosting;

/// <summary>
/// The certificate of the HTTPS listener: the configured one, which is read again when its files change, or one of the local authority.
/// </summary>
internal sealed class ServerCertificates(MirrorOptions options, ConfiguredCertificates files, TimeProvider time) : ICertificateTerm, IDisposable
{
    private ReloadedFiles<SslStreamCertificateContext>? _configured;
    private ServerCertificate? _local;
    private SslStreamCertificateContext? _localContext;

    /// <summary>The certificate authority that clients must trust; null with a configured certificate, or before it is loaded.</summary>
    public string? AuthorityPath => _local?.AuthorityPath;

    /// <summary>The certificate for a new connection, with its chain.</summary>
    public SslStreamCertificateContext Current => _configured?.Current ?? _localContext!;

    public DateTimeOffset? EndsAt =>
        (_configured?.Current ?? _localContext) is { TargetCertificate: var certificate } ? new DateTimeOffset(certificate.NotAfter) : null;

    /// <summary>Loads the certificate, or creates it.</summary>
    /// <exception cref="InvalidConfigurationException">The configured files are unusable.</exception>
    public void Load()
    {
        if (options.Tls is { CertificatePath: { } certificate, KeyPath: { } key })
        {
            _configured ??= files.Pair("Mirror:Tls:CertificatePath", certificate, "Mirror:Tls:KeyPath", key, pair => pair.ToContext());
        }
        else if (_local is null)
        {
            _local = new LocalAuthority(options.TlsDirectory).Certify(LocalNames.For(options), time.GetUtcNow());
            _localContext = SslStreamCertificateContext.Create(_local.Certificate, null, offline: true);
        }
    }

    public void Dispose() => _local?.Dispose();
}

/// <summary>A certificate of the local authority.</summary>
/// <param name="Certificate">The certificate with its private key.</param>
/// <param name="AuthorityPath">The file that clients must trust.</param>
internal sealed record ServerCertificate(System.Security.Cryptography.X509Certificates.X509Certificate2 Certificate, string AuthorityPath) : IDisposable
{
    public void Dispose() => Certificate.Dispose();
}
