using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Configuration;
using Mirror.Core.Database;
using Mirror.Core.Storage;

namespace Mirror.Tests.Ui;

/// <summary>
/// Fills a catalog with realistic data: several origins, trust levels, principals and ages. The files are tiny, but their recorded sizes
/// are realistic.
/// </summary>
public sealed class CatalogSeed(IDbContextFactory<MirrorDbContext> databases, IPackageStore store, DateTimeOffset now)
{
    public const string HashiCorpKey = "C874011F0AB405110D02105534365D9472D7468F";
    public const string HashiCorpOwner = "HashiCorp Security (hashicorp.com/security) <security@hashicorp.com>";

    private static readonly string[] FourPlatforms = ["linux_amd64", "linux_arm64", "darwin_arm64", "windows_amd64"];

    private static readonly string[] AllPlatforms =
    [
        "darwin_amd64", "darwin_arm64", "freebsd_386", "freebsd_amd64", "freebsd_arm", "linux_386", "linux_amd64",
        "linux_arm", "linux_arm64", "windows_386", "windows_amd64", "windows_arm64",
    ];

    private static readonly Principal Job = new(PrincipalKind.Job, "run-1843 (default/network)");
    private static readonly Principal Person = new(PrincipalKind.User, "mira.okafor");
    private static readonly Principal Account = new(PrincipalKind.ServiceAccount, "nightly-sync");

    /// <summary>About thirty versions of fifteen providers.</summary>
    public async Task AddRealisticAsync()
    {
        await SignedAsync("hashicorp/aws", "5.100.0", AllPlatforms, 146_000_000, TimeSpan.FromMinutes(4), Job);
        await SignedAsync("hashicorp/aws", "5.99.1", ["linux_amd64", "darwin_arm64"], 145_000_000, TimeSpan.FromDays(9), Account);
        await SignedAsync("hashicorp/aws", "6.0.0-beta2", ["linux_amd64"], 151_000_000, TimeSpan.FromHours(5), Person);
        await SignedAsync("hashicorp/aws", "4.67.0", ["linux_amd64", "linux_arm64"], 98_000_000, TimeSpan.FromDays(160), Job);
        await SignedAsync("hashicorp/azurerm", "4.31.0", FourPlatforms, 61_000_000, TimeSpan.FromHours(2), Account);
        await SignedAsync("hashicorp/azurerm", "4.30.0", ["linux_amd64"], 60_500_000, TimeSpan.FromDays(23), Account);
        await SignedAsync("hashicorp/google", "6.37.0", ["linux_amd64", "linux_arm64"], 32_000_000, TimeSpan.FromHours(30), Job);
        await SignedAsync("hashicorp/kubernetes", "2.37.1", FourPlatforms, 16_400_000, TimeSpan.FromDays(3), Job);
        await SignedAsync("hashicorp/helm", "2.17.0", ["linux_amd64"], 21_900_000, TimeSpan.FromDays(3), Job);
        await SignedAsync("hashicorp/null", "3.2.4", AllPlatforms, 4_800_000, TimeSpan.FromDays(12), Person);
        await SignedAsync("hashicorp/random", "3.7.2", FourPlatforms, 5_100_000, TimeSpan.FromMinutes(50), Principal.Anonymous);
        await SignedAsync("hashicorp/random", "3.6.3", ["linux_amd64"], 4_900_000, TimeSpan.FromDays(75), Principal.Anonymous);
        await SignedAsync("hashicorp/tls", "4.1.0", ["linux_amd64", "darwin_arm64"], 5_600_000, TimeSpan.FromDays(6), Principal.Anonymous);
        await SignedAsync("hashicorp/vault", "5.0.0", ["linux_amd64"], 17_200_000, TimeSpan.FromDays(2), Job);
        await SignedAsync(
            "integrations/github",
            "6.6.0",
            ["linux_amd64", "darwin_arm64"],
            8_100_000,
            TimeSpan.FromHours(20),
            Person,
            "38027F80D7FD5FB2",
            "GitHub <tf-integrations@github.com>",
            pinned: false);
        await SignedAsync(
            "datadog/datadog",
            "3.65.0",
            ["linux_amd64"],
            24_300_000,
            TimeSpan.FromDays(1),
            Account,
            "FB70BE941301C3EA",
            "Datadog Packages <package@datadoghq.com>",
            pinned: false,
            expired: true);
        await SignedAsync(
            "cloudflare/cloudflare",
            "5.5.0",
            FourPlatforms,
            30_700_000,
            TimeSpan.FromDays(5),
            Account,
            "C76001609EE3B136",
            "Cloudflare, Inc. <terraform@cloudflare.com>",
            pinned: false);
        await SignedAsync(
            "terraform.example.com/platform/landing-zone",
            "1.14.2",
            ["linux_amd64", "darwin_arm64"],
            9_300_000,
            TimeSpan.FromMinutes(17),
            Job,
            "9A1B6C22D0E74F15",
            "Platform Team <platform@example.com>",
            pinned: true);
        await AddAsync(
            "terraform.example.com/platform/dns", "0.9.0", ["linux_amd64"], 6_100_000, TrustLevel.Imported, TimeSpan.FromDays(41), Person);
        await AddAsync(
            "registry.opentofu.org/opentofu/corp-directory",
            "1.0.3",
            ["linux_amd64"],
            3_200_000,
            TrustLevel.Unsigned,
            TimeSpan.FromDays(8),
            Person);
        await AddAsync(
            "kreuzwerker/docker", "3.6.0", ["linux_amd64", "linux_arm64"], 9_900_000, TrustLevel.Chained, TimeSpan.FromDays(18), Account);
        await AddAsync("hashicorp/local", "2.5.3", ["linux_amd64"], 4_300_000, TrustLevel.Imported, TimeSpan.FromDays(33), Person);
        await SignedAsync("hashicorp/http", "3.5.0", [], 0, TimeSpan.FromDays(50), Job);
    }

    /// <summary>Adds a version whose packages match signed checksums; it was signed an hour before it was cached.</summary>
    public async Task SignedAsync(
        string provider, string version, string[] platforms, long size, TimeSpan ago, Principal by,
        string fingerprint = HashiCorpKey, string owner = HashiCorpOwner, bool pinned = true, bool expired = false)
    {
        await AddAsync(provider, version, platforms, size, TrustLevel.Verified, ago, by);
        await using var db = databases.CreateDbContext();
        var address = ProviderAddress.Parse(provider);
        var row = await db.Providers.SingleAsync(x => x.Hostname == address.Hostname.Value
            && x.Namespace == address.Namespace
            && x.Type == address.Type);
        db.Proofs.Add(new ProofRow
        {
            ProviderId = row.Id,
            Version = version,
            Credential = CredentialIdentity.None.Value,
            SignedAt = now - ago - TimeSpan.FromHours(1),
            Sha256Sums = Encoding.UTF8.GetBytes(version),
            Signature = [1],
            SigningKeys = "[]",
            Release = $$"""{"protocols":[],"files":[],"signed_at":"{{now - ago - TimeSpan.FromHours(1):O}}"}""",
            Trust = TrustLevel.Verified,
            KeyFingerprint = fingerprint,
            KeyOwner = owner,
            KeyExpired = expired,
            KeyPinned = pinned,
            VerifiedAt = now - ago,
        });
        await db.SaveChangesAsync();
    }

    /// <summary>
    /// Adds a version with packages of the given trust level. The first platform has been downloaded. Without platforms, the version is
    /// empty.
    /// </summary>
    public async Task AddAsync(string provider, string version, string[] platforms, long size, TrustLevel trust, TimeSpan ago, Principal by)
    {
        using var blobs = new StoredBlobs(databases, store, NullLogger<StoredBlobs>.Instance);
        var time = new FixedTime(now - ago);
        var writer = new CatalogWriter(databases, store, blobs, new PendingBlobs(databases, blobs, time), new CatalogChanges(), new MirrorOptions { DataDirectory = "" }, time);
        var address = ProviderAddress.Parse(provider);
        var parsed = ProviderVersion.Parse(version);
        foreach (string platform in platforms.DefaultIfEmpty("linux_amd64"))
        {
            byte[] content = Encoding.UTF8.GetBytes($"{provider} {version} {platform}");
            var digest = Sha256Digest.Of(content);
            using var staged = store.Stage();
            await staged.WriteAsync(content, CancellationToken.None);
            var hash = PackageHash.Content(Convert.FromHexString(Sha256Digest.Of(Encoding.UTF8.GetBytes(digest.Hex)).Hex));
            await writer.AddPackageAsync(
                new NewPackage(
                    MirrorDbContext.DefaultGroupId,
                    address,
                    parsed,
                    Platform.Parse(platform),
                    digest,
                    size + (platform.Length * 7919),
                    hash,
                    trust,
                    CredentialIdentity.None,
                    by),
                staged,
                CancellationToken.None);
        }

        if (platforms.Length == 0)
        {
            await writer.DeletePackageAsync(
                MirrorDbContext.DefaultGroupId, address, parsed, Platform.Parse("linux_amd64"), Person, CancellationToken.None);
            return;
        }

        var first = Platform.Parse(platforms[0]);
        await using var db = databases.CreateDbContext();
        var used = await db.Packages
            .SingleAsync(row => row.Version.Version == version
                && row.Version.Provider.Type == address.Type
                && row.Version.Provider.Namespace == address.Namespace
                && row.Os == first.Os
                && row.Arch == first.Arch);
        used.LastUsedAt = now - (ago / 3);
        used.Downloads = 1 + (long)ago.TotalHours;
        await db.SaveChangesAsync();
    }

    private sealed class FixedTime(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
