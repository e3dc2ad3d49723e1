using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;

namespace Mirror.Core.Configuration;

/// <summary>
/// The certificates of a running server, which it reads again when their files change. Warns about expired certificates when it reads
/// them: they are not faults of the configuration, because a restart must not turn an expired certificate into an outage.
/// </summary>
public sealed class ConfiguredCertificates(TimeProvider time, ILogger<ConfiguredCertificates> log)
{
    /// <summary>A certificate with its key.</summary>
    /// <param name="use">Creates the value for the users of the certificate.</param>
    /// <exception cref="InvalidConfigurationException">The files cannot be used.</exception>
    public ReloadedFiles<T> Pair<T>(
        string certificateKey, string certificatePath, string keyKey, string keyPath, Func<CertificatePair, T> use)
        where T : class => new(
            () => PemFile.Read((certificateKey, certificatePath), (keyKey, keyPath)),
            files =>
            {
                var pair = CertificateFiles.ParsePair(files[0], files[1]);
                WarnIfExpired(certificateKey, certificatePath, [pair.Certificate]);
                return use(pair);
            },
            time,
            log);

    /// <summary>Certificate authorities in a file, or in the files of a directory.</summary>
    /// <exception cref="InvalidConfigurationException">They cannot be used.</exception>
    public ReloadedFiles<X509Certificate2Collection> Authorities(string key, string path) => new(
        () => PemFile.ReadAll(key, path),
        files =>
        {
            var all = CertificateFiles.ParseCertificates(files);
            WarnIfExpired(key, path, all);
            return all;
        },
        time,
        log);

    /// <summary>Warns if all have expired; bundles of authorities may contain some that have.</summary>
    private void WarnIfExpired(string key, string path, X509Certificate2Collection certificates)
    {
        var last = certificates.Max(certificate => new DateTimeOffset(certificate.NotAfter.ToUniversalTime()));
        if (last < time.GetUtcNow())
        {
            ConfigurationLog.CertificateExpired(log, key, path, last);
        }
    }
}
