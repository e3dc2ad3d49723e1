using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Mirror.Web.Hosting;
using Xunit;

namespace Mirror.Tests.Hosting;

public sealed class LocalAuthorityTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly LocalNames Names = new(["localhost", "mirror.example.com"], [IPAddress.Loopback, IPAddress.IPv6Loopback]);

    private readonly string _directory = Path.Combine(Path.GetTempPath(), "mirror-tests-" + Guid.NewGuid().ToString("N"));

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void Certify_FirstStart_CreatesACertificateIssuedByTheAuthority()
    {
        using var server = new LocalAuthority(_directory).Certify(Names, Now);

        var leaf = server.Certificate;
        Assert.True(leaf.HasPrivateKey);
        Assert.True(Names.AreThoseOf(leaf));
        Assert.Equal("1.2.840.10045.2.1", leaf.PublicKey.Oid.Value);
        Assert.Equal(256, leaf.GetECDsaPublicKey()!.KeySize);
        Assert.InRange(leaf.NotAfter - leaf.NotBefore, TimeSpan.FromDays(396), TimeSpan.FromDays(397));
        using var authority = X509CertificateLoader.LoadCertificateFromFile(server.AuthorityPath!);
        Assert.Equal(Now.AddYears(10).UtcDateTime, authority.NotAfter.ToUniversalTime());
        Assert.True(IsTrusted(leaf, authority));
    }

    [Fact]
    public void Certify_FirstStart_MakesOnlyTheAuthorityCertificateWorldReadable()
    {
        using var server = new LocalAuthority(_directory).Certify(Names, Now);

        if (!OperatingSystem.IsWindows())
        {
            const UnixFileMode owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            Assert.Equal(owner, File.GetUnixFileMode(Path.Combine(_directory, "ca.key")));
            Assert.Equal(owner, File.GetUnixFileMode(Path.Combine(_directory, "server.key")));
            Assert.Equal(owner | UnixFileMode.GroupRead | UnixFileMode.OtherRead, File.GetUnixFileMode(server.AuthorityPath!));
        }

        Assert.DoesNotContain("PRIVATE", File.ReadAllText(server.AuthorityPath!), StringComparison.Ordinal);
    }

    [Fact]
    public void Certify_NextStart_KeepsAuthorityAndCertificate()
    {
        using var first = new LocalAuthority(_directory).Certify(Names, Now);
        string authority = File.ReadAllText(first.AuthorityPath!);

        using var second = new LocalAuthority(_directory).Certify(Names, Now.AddDays(300));

        Assert.Equal(first.Certificate.Thumbprint, second.Certificate.Thumbprint);
        Assert.True(second.Certificate.HasPrivateKey);
        Assert.Equal(authority, File.ReadAllText(second.AuthorityPath!));
    }

    public static TheoryData<string, int, string> Renewals => new()
    {
        { "it ends soon", 380, "localhost" },
        { "it has ended", 500, "localhost" },
        { "a name was added", 1, "new.example.com" },
    };

    [Theory]
    [MemberData(nameof(Renewals))]
    public void Certify_CertificateOutdated_RenewsItUnderTheSameAuthority(string because, int daysLater, string name)
    {
        using var first = new LocalAuthority(_directory).Certify(Names, Now);
        string authority = File.ReadAllText(first.AuthorityPath!);
        var names = Names with { DnsNames = [.. Names.DnsNames.Append(name).Distinct()] };

        using var second = new LocalAuthority(_directory).Certify(names, Now.AddDays(daysLater));

        Assert.True(first.Certificate.Thumbprint != second.Certificate.Thumbprint, because);
        Assert.True(names.AreThoseOf(second.Certificate));
        Assert.Equal(authority, File.ReadAllText(second.AuthorityPath!));
    }

    [Fact]
    public void Certify_WithoutTheAuthority_CreatesBothAgain()
    {
        using var first = new LocalAuthority(_directory).Certify(Names, Now);
        File.Delete(Path.Combine(_directory, "ca.key"));

        using var second = new LocalAuthority(_directory).Certify(Names, Now);

        Assert.NotEqual(first.Certificate.Thumbprint, second.Certificate.Thumbprint);
        using var authority = X509CertificateLoader.LoadCertificateFromFile(second.AuthorityPath!);
        Assert.True(IsTrusted(second.Certificate, authority));
        Assert.False(IsTrusted(first.Certificate, authority));
    }

    [Fact]
    public void Certify_WithTheKeyOfAnotherCertificate_CreatesTheCertificateAgain()
    {
        using var first = new LocalAuthority(_directory).Certify(Names, Now);
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        File.WriteAllText(Path.Combine(_directory, "server.key"), other.ExportPkcs8PrivateKeyPem());

        using var second = new LocalAuthority(_directory).Certify(Names, Now);

        Assert.NotEqual(first.Certificate.Thumbprint, second.Certificate.Thumbprint);
    }

    private static bool IsTrusted(X509Certificate2 leaf, X509Certificate2 authority)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(authority);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.VerificationTime = Now.UtcDateTime;
        chain.ChainPolicy.ApplicationPolicy.Add(new Oid("1.3.6.1.5.5.7.3.1"));
        return chain.Build(leaf);
    }
}
