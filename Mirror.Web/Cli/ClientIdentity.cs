using System.Net.Security;
using Mirror.Core.Configuration;

namespace Mirror.Web.Cli;

/// <summary>The files of the certificate that commands present to a server that requests one.</summary>
/// <param name="CertificatePath">The certificate, followed by the certificates between it and its authority.</param>
/// <param name="KeyPath">The unencrypted key; null: it is in the same file.</param>
/// <param name="CertificateName">What names the certificate, for messages.</param>
/// <param name="KeyName">What names the key, for messages.</param>
internal sealed record ClientIdentity(string CertificatePath, string? KeyPath, string CertificateName, string KeyName)
{
    public const string CertificateVariable = "MIRROR_CLIENT_CERTIFICATE";
    public const string KeyVariable = "MIRROR_CLIENT_KEY";

    /// <summary>That of the variables; null: they are not set.</summary>
    /// <exception cref="UsageException">Only the key is set.</exception>
    public static ClientIdentity? Find(CommandEnvironment environment)
    {
        var (certificate, key) = (environment.Find(CertificateVariable), environment.Find(KeyVariable));
        return certificate is not null ? new ClientIdentity(certificate, key, CertificateVariable, KeyVariable)
            : key is null ? null
            : throw new UsageException($"{KeyVariable} is set, but {CertificateVariable} is not.");
    }

    /// <summary>That of a profile; null: it has none.</summary>
    public static ClientIdentity? Of(string name, Profile profile) => profile.ClientCertificatePath is { } path
        ? new ClientIdentity(path, profile.ClientKeyPath, $"The certificate of the profile '{name}'", $"The key of the profile '{name}'")
        : null;

    /// <exception cref="InvalidConfigurationException">The files cannot be used.</exception>
    public SslStreamCertificateContext Load()
    {
        var files = PemFile.Read((CertificateName, CertificatePath), (KeyName, KeyPath ?? CertificatePath));
        return CertificateFiles.ParsePair(files[0], files[1]).ToContext();
    }
}
