using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Mirror.Core.Configuration;

/// <summary>Certificates in PEM files that the configuration names.</summary>
public static class CertificateFiles
{
    private static readonly string[] Extensions = [".pem", ".crt", ".cer"];

    /// <summary>A certificate with its private key, and the certificates that follow it in its file.</summary>
    /// <exception cref="InvalidConfigurationException">The files cannot be used; the faults name the keys.</exception>
    public static (X509Certificate2 Certificate, X509Certificate2Collection Issuers) LoadPair(
        string certificateKey, string certificatePath, string keyKey, string keyPath)
    {
        var all = Load(certificateKey, [certificatePath]);
        try
        {
            var certificate = X509Certificate2.CreateFromPemFile(certificatePath, keyPath);
            all[0].Dispose();
            all.RemoveAt(0);
            return (certificate, all);
        }
        catch (Exception e) when (IsUnusable(e))
        {
            throw Fault(keyKey, $"'{keyPath}' is not the key of '{certificatePath}': {e.Message} Expected an unencrypted PEM file", e);
        }
    }

    /// <summary>The certificates of authorities in a PEM file, or in the files of a directory (.pem, .crt, .cer).</summary>
    /// <exception cref="InvalidConfigurationException">They cannot be read, or there are none.</exception>
    public static X509Certificate2Collection LoadAuthorities(string key, string path)
    {
        try
        {
            return Load(
                key,
                Directory.Exists(path)
                    ? [.. Directory.GetFiles(path).Where(file => Extensions.Contains(Path.GetExtension(file))).Order(StringComparer.Ordinal)]
                    : [path]);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Fault(key, $"'{path}' cannot be read: {e.Message}", e);
        }
    }

    /// <summary>Adds the faults of files that cannot be used.</summary>
    internal static void Check(ConfigurationSectionReader section, Action load)
    {
        try
        {
            load();
        }
        catch (InvalidConfigurationException e)
        {
            foreach (var fault in e.Faults)
            {
                section.Fault(fault);
            }
        }
    }

    private static X509Certificate2Collection Load(string key, string[] files)
    {
        X509Certificate2Collection all = [];
        foreach (string file in files)
        {
            try
            {
                all.ImportFromPemFile(file);
            }
            catch (Exception e) when (IsUnusable(e))
            {
                throw Fault(key, $"'{file}' cannot be read: {e.Message}", e);
            }
        }

        return all.Count > 0 ? all : throw Fault(key, $"'{string.Join(", ", files)}' contains no certificate; expected PEM", null);
    }

    private static bool IsUnusable(Exception e) => e is CryptographicException or ArgumentException or IOException or UnauthorizedAccessException;

    private static InvalidConfigurationException Fault(string key, string problem, Exception? _) =>
        new([new ConfigurationFault(key, problem)]);
}
