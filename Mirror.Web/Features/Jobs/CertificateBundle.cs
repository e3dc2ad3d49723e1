namespace Mirror.Web.Features.Jobs;

/// <summary>
/// The system's trusted certificates with an additional authority, since SSL_CERT_FILE replaces the system's bundle. Looks where Go,
/// in which Terraform is written, does. See https://go.dev/src/crypto/x509/root_linux.go.
/// </summary>
internal static class CertificateBundle
{
    public const string Variable = "SSL_CERT_FILE";

    private static readonly string[] SystemBundles =
    [
        "/etc/ssl/certs/ca-certificates.crt",
        "/etc/pki/tls/certs/ca-bundle.crt",
        "/etc/ssl/ca-bundle.pem",
        "/etc/pki/tls/cacert.pem",
        "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
        "/etc/ssl/cert.pem",
    ];

    /// <param name="authority">The PEM file of the additional authority.</param>
    public static string With(string authority)
    {
        string? own = Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } named && File.Exists(named)
            ? named
            : Array.Find(SystemBundles, File.Exists);
        return own is null ? File.ReadAllText(authority) : $"{File.ReadAllText(own).TrimEnd()}\n{File.ReadAllText(authority)}";
    }
}
