using System.Globalization;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Mirror.Core.Addresses;
using Mirror.Core.Configuration;
using Mirror.Core.Database;

namespace Mirror.Bench;

/// <summary>A database with versions of many providers, without files. Every provider has the same numbers.</summary>
internal static class ManyVersionsData
{
    private const int VersionsOfEach = 200;
    private static readonly string[] Architectures = ["amd64", "arm64"];

    public static async Task SeedAsync(string directory, int versions, DatabaseOptions? options = null)
    {
        var database = await SeededData.CreateAsync(directory, options);
        await using var db = database.CreateDbContext();
        await db.Database.BeginTransactionAsync();
        var random = new Random(1);
        var now = DateTimeOffset.UtcNow;
        // It hides half of the versions.
        db.PolicyRules.Add(new PolicyRuleRow
        {
            RootGroupId = MirrorDbContext.DefaultGroupId,
            Position = 1,
            Kind = PolicyRuleKind.Deny,
            Provider = "*/*/*",
            Versions = ">= 10.0.0",
            CreatedAt = now,
            CreatedBy = "mira",
        });
        for (int p = 0; p < versions / VersionsOfEach; p++)
        {
            var provider = new ProviderRow
            {
                RootGroupId = MirrorDbContext.DefaultGroupId,
                Hostname = "registry.terraform.io",
                Namespace = $"publisher{p % 37}",
                Type = $"type{p}",
            };
            for (int v = 0; v < VersionsOfEach; v++)
            {
                var version = Version(FormattableString.Invariant($"{v / 10}.{v % 10}.0"), random, now);
                provider.Versions.Add(version);
                db.Proofs.Add(Proof(provider, version));
            }

            db.Providers.Add(provider);
            db.SeenKeys.Add(new SeenKeyRow { Provider = provider, Fingerprint = Hex(random, 20), Owner = $"Publisher {p % 37}", FirstSeenAt = now });
            await db.SaveChangesAsync();
            db.ChangeTracker.Clear();
        }

        await db.Database.CommitTransactionAsync();
        if (options is not null)
        {
            // PostgreSQL does it itself, some time after many changes.
            await db.Database.ExecuteSqlRawAsync("ANALYZE");
        }

        SqliteConnection.ClearAllPools();
    }

    private static VersionRow Version(string number, Random random, DateTimeOffset now)
    {
        var version = ProviderVersion.Parse(number);
        var row = new VersionRow
        {
            Version = version.Value,
            SortKey = version.SortKey,
            CreatedAt = now.AddMinutes(-random.Next(500_000)),
            CreatedBy = "mira",
            CreatedByKind = PrincipalKind.User,
        };
        var trust = random.Next(10) == 0 ? TrustLevel.Imported : TrustLevel.Verified;
        row.Packages.AddRange(Architectures.Select(arch => new PackageRow
        {
            Os = "linux",
            Arch = arch,
            Sha256 = Hex(random, 32),
            Size = random.Next(100_000_000),
            Trust = trust,
            Credential = CredentialIdentity.None.Value,
            CachedAt = row.CreatedAt,
            CachedBy = "mira",
            CachedByKind = PrincipalKind.User,
            LastUsedAt = random.Next(3) == 0 ? null : now.AddMinutes(-random.Next(100_000)),
        }));
        return row;
    }

    private static ProofRow Proof(ProviderRow provider, VersionRow version) => new()
    {
        Provider = provider,
        Version = version.Version,
        Credential = CredentialIdentity.None.Value,
        SignedAt = version.CreatedAt.AddHours(-1),
        Sha256Sums = new byte[1_000],
        Signature = new byte[300],
        SigningKeys = "[]",
        Release = $$"""{"protocols":["5.0"],"files":[],"signed_at":"{{version.CreatedAt.AddHours(-1):O}}"}""",
        Trust = TrustLevel.Verified,
        KeyFingerprint = "34365D9472D7468F",
        KeyOwner = provider.Namespace,
        VerifiedAt = version.CreatedAt,
    };

    private static string Hex(Random random, int bytes)
    {
        byte[] value = new byte[bytes];
        random.NextBytes(value);
        return Convert.ToHexStringLower(value);
    }
}
