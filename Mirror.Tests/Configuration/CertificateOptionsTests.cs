using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Mirror.Core.Configuration;
using Mirror.Tests.Hosting;

namespace Mirror.Tests.Configuration;

/// <summary>The faults of certificate files, each by its key.</summary>
public sealed class CertificateOptionsTests : IDisposable
{
    private const string Marker = "-----BEGIN";

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("mirror-certificates-");
    private readonly TestAuthority _authority = new("Authority");
    private readonly X509Certificate2 _certificate;

    public CertificateOptionsTests() => _certificate = _authority.ForServer();

    public void Dispose()
    {
        _certificate.Dispose();
        _authority.Dispose();
        _directory.Delete(recursive: true);
    }

    public static TheoryData<string, string, string, string> Pairs()
    {
        var data = new TheoryData<string, string, string, string>();
        foreach (string section in new[] { "Tls:|CertificatePath|KeyPath", "Upstream:Hosts:0:|ClientCertificatePath|ClientKeyPath" })
        {
            data.Add(section, "certificate", "missing", "does not exist; expected a PEM file");
            data.Add(section, "certificate", "not PEM", "contains no certificate; expected PEM");
            data.Add(section, "certificate", "damaged", "contains a certificate that cannot be read");
            data.Add(section, "certificate", "a directory", "cannot be read");
            data.Add(section, "certificate", "not named", "is missing; expected both a certificate and its key, or neither");
            data.Add(section, "key", "missing", "does not exist; expected a PEM file");
            data.Add(section, "key", "not PEM", "contains no private key; expected PEM");
            data.Add(section, "key", "damaged", "is not the private key of|cannot be used with");
            data.Add(section, "key", "of another", "is not the private key of");
            data.Add(section, "key", "encrypted", "is encrypted; expected an unencrypted private key");
            data.Add(section, "key", "encrypted as OpenSSL did", "is encrypted; expected an unencrypted private key");
            data.Add(section, "key", "a public key", "contains no private key; expected PEM");
            data.Add(section, "key", "not named", "is missing; expected both a certificate and its key, or neither");
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public void Pair_WithAnUnusableFile_IsAFaultOfItsKey(string section, string file, string kind, string expected)
    {
        string[] keys = section.Split('|');
        string faulty = keys[0] + keys[file == "certificate" ? 1 : 2];
        var values = new Dictionary<string, string?>
        {
            [$"Mirror:{keys[0]}{keys[1]}"] = Write("server.pem", _certificate.ExportCertificatePem()),
            [$"Mirror:{keys[0]}{keys[2]}"] = Write("server.key", TestAuthority.KeyPemOf(_certificate)),
        };
        if (keys[0].Contains("Hosts", StringComparison.Ordinal))
        {
            values["Mirror:Upstream:Hosts:0:Name"] = "registry.example.com";
        }

        Assert.Empty(Faults(values));
        values[$"Mirror:{faulty}"] = Faulty(kind);

        var fault = Assert.Single(Faults(values));
        Assert.Equal($"Mirror:{faulty}", fault.Key);
        Assert.Contains(expected.Split('|'), text => fault.Problem.Contains(text, StringComparison.Ordinal));
        Assert.DoesNotContain(Marker, fault.Problem, StringComparison.Ordinal);
        // Commands that only look for the server read the same configuration, but perhaps not its keys.
        Assert.Equal(kind == "not named" ? 1 : 0, Faults(values, checkFiles: false).Count);
    }

    [Fact]
    public void Pair_WithTwoUnusableFiles_ReportsBoth() => Assert.Equal(
        ["Mirror:Tls:CertificatePath", "Mirror:Tls:KeyPath"],
        Faults(new() { ["Mirror:Tls:CertificatePath"] = "/does/not/exist", ["Mirror:Tls:KeyPath"] = "/nor/does/this" })
            .Select(fault => fault.Key));

    [Theory]
    [InlineData(null, "root", "ClientCertificates", "is missing; expected Allow or Require")]
    [InlineData("Sometimes", "root", "ClientCertificates", "'Sometimes' is not valid")]
    [InlineData("Allow", null, "ClientAuthorityPath", "is missing; expected the certificate authorities")]
    [InlineData("Require", null, "ClientAuthorityPath", "is missing; expected the certificate authorities")]
    [InlineData("Require", "missing", "ClientAuthorityPath", "does not exist")]
    [InlineData("Require", "not PEM", "ClientAuthorityPath", "contains no certificate")]
    [InlineData("Require", "damaged", "ClientAuthorityPath", "cannot be read")]
    [InlineData("Require", "intermediate", "ClientAuthorityPath", "contains no root certificate")]
    [InlineData("Require", "a directory", "ClientAuthorityPath", "contains no file that ends in .pem, .crt, .cer")]
    [InlineData("Require", "root", null, "")]
    [InlineData("Allow", "a directory with a root", null, "")]
    [InlineData("Off", "missing", null, "")]
    [InlineData("Off", null, null, "")]
    public void ClientCertificates_AndTheirAuthority_AreCheckedTogether(string? policy, string? authority, string? key, string expected)
    {
        var faults = Faults(new()
        {
            ["Mirror:Tls:ClientCertificates"] = policy,
            ["Mirror:Tls:ClientAuthorityPath"] = authority is null ? null : Faulty(authority),
        });

        if (key is null)
        {
            Assert.Empty(faults);
        }
        else
        {
            var fault = faults[0];
            Assert.Equal($"Mirror:Tls:{key}", fault.Key);
            Assert.Contains(expected, fault.Problem, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void ClientCertificates_WithoutAnHttpsListener_AreAFault() => Assert.Equal(
        "Mirror:Tls:ClientCertificates",
        Assert.Single(Faults(new()
        {
            ["Mirror:Listen:Https"] = "",
            ["Mirror:Tls:ClientCertificates"] = "Require",
            ["Mirror:Tls:ClientAuthorityPath"] = Faulty("root"),
        })).Key);

    [Fact]
    public void Certificate_ThatHasExpired_IsUsedWithAWarningThatNamesItsKey()
    {
        using var log = new RecordedLog();
        using var factory = LoggerFactory.Create(logging => logging.AddProvider(log));
        var certificates = new ConfiguredCertificates(TimeProvider.System, factory.CreateLogger<ConfiguredCertificates>());
        using var expired = _authority.ForClient(from: -9, to: -2);

        var pair = certificates.Pair(
            "Mirror:A", Write("a.pem", expired.ExportCertificatePem()), "Mirror:B", Write("a.key", TestAuthority.KeyPemOf(expired)), pair => pair);

        Assert.Equal(expired.Thumbprint, pair.Current.Certificate.Thumbprint);
        Assert.Contains("Mirror:A: the certificate in ", Assert.Single(log.Entries), StringComparison.Ordinal);
    }

    private string Faulty(string kind) => kind switch
    {
        "missing" => Path.Combine(_directory.FullName, "missing.pem"),
        "not PEM" => Write("text.pem", "This is not PEM."),
        "damaged" => Write("damaged.pem", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"),
        "a directory" => _directory.CreateSubdirectory("empty").FullName,
        "not named" => "",
        "of another" => Write("other.key", TestAuthority.KeyPemOf(_authority.Certificate)),
        "encrypted" => Write("encrypted.key", _certificate.GetECDsaPrivateKey()!.ExportEncryptedPkcs8PrivateKeyPem(
            "secret", new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1000))),
        "encrypted as OpenSSL did" => Write("legacy.key", "-----BEGIN EC PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\nAAAA\n-----END EC PRIVATE KEY-----\n"),
        "a public key" => Write("public.key", _certificate.GetECDsaPublicKey()!.ExportSubjectPublicKeyInfoPem()),
        "root" => Write("root.pem", _authority.Pem),
        "a directory with a root" => Path.GetDirectoryName(Write("authorities/root.crt", _authority.Pem))!,
        "intermediate" => Write("intermediate.pem", new TestAuthority("Intermediate", _authority).Pem),
        _ => throw new ArgumentException($"There is no file '{kind}'.", nameof(kind)),
    };

    private string Write(string name, string text)
    {
        string path = Path.Combine(_directory.FullName, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }

    private static IReadOnlyList<ConfigurationFault> Faults(Dictionary<string, string?> values, bool checkFiles = true)
    {
        try
        {
            MirrorOptionsReader.Read(new ConfigurationBuilder().AddInMemoryCollection(values).Build(), checkFiles: checkFiles);
            return [];
        }
        catch (InvalidConfigurationException e)
        {
            return e.Faults;
        }
    }
}
