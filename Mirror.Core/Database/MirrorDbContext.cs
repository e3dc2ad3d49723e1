using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace Mirror.Core.Database;

/// <summary>The data context of the server: namespaces and all data that belongs to them.</summary>
public class MirrorDbContext : DbContext
{
    public MirrorDbContext(DbContextOptions<MirrorDbContext> options)
        : base(options)
    {
    }

    /// <summary>For a database system with its own schema.</summary>
    protected MirrorDbContext(DbContextOptions options)
        : base(options)
    {
    }

    /// <summary>The id of the root group <c>default</c>, which is created with the schema.</summary>
    public const long DefaultGroupId = 1;

    public DbSet<NamespaceRow> Namespaces => Set<NamespaceRow>();

    public DbSet<ProviderRow> Providers => Set<ProviderRow>();

    public DbSet<VersionRow> Versions => Set<VersionRow>();

    public DbSet<PackageRow> Packages => Set<PackageRow>();

    public DbSet<ModulePackageRow> ModulePackages => Set<ModulePackageRow>();

    public DbSet<ModuleDocumentationRow> ModuleDocumentation => Set<ModuleDocumentationRow>();

    public DbSet<RegistryNamespaceRow> RegistryNamespaces => Set<RegistryNamespaceRow>();

    public DbSet<PublishingKeyRow> PublishingKeys => Set<PublishingKeyRow>();

    public DbSet<DeprecationRow> Deprecations => Set<DeprecationRow>();

    public DbSet<UnpublishedVersionRow> UnpublishedVersions => Set<UnpublishedVersionRow>();

    public DbSet<HostedRouteRow> HostedRoutes => Set<HostedRouteRow>();

    public DbSet<ModuleSourceRow> ModuleSources => Set<ModuleSourceRow>();

    public DbSet<PendingTagRow> PendingTags => Set<PendingTagRow>();

    public DbSet<BlobRow> Blobs => Set<BlobRow>();

    public DbSet<DamagedPackageRow> DamagedPackages => Set<DamagedPackageRow>();

    public DbSet<ProofRow> Proofs => Set<ProofRow>();

    public DbSet<SeenKeyRow> SeenKeys => Set<SeenKeyRow>();

    public DbSet<QuarantineRow> Quarantine => Set<QuarantineRow>();

    public DbSet<OciContentRow> OciContents => Set<OciContentRow>();

    public DbSet<OriginDocumentRow> OriginDocuments => Set<OriginDocumentRow>();

    public DbSet<DocumentRefreshRow> DocumentRefreshes => Set<DocumentRefreshRow>();

    public DbSet<PolicyRuleRow> PolicyRules => Set<PolicyRuleRow>();

    public DbSet<KeyPinRow> KeyPins => Set<KeyPinRow>();

    public DbSet<SyncTaskRow> SyncTasks => Set<SyncTaskRow>();

    public DbSet<SyncPackageRow> SyncPackages => Set<SyncPackageRow>();

    public DbSet<PrincipalRow> Principals => Set<PrincipalRow>();

    public DbSet<UserRow> Users => Set<UserRow>();

    public DbSet<JobRow> Jobs => Set<JobRow>();

    public DbSet<JobPackageRow> JobPackages => Set<JobPackageRow>();

    public DbSet<MembershipRow> Memberships => Set<MembershipRow>();

    public DbSet<GroupMappingRow> GroupMappings => Set<GroupMappingRow>();

    public DbSet<AccessTokenRow> AccessTokens => Set<AccessTokenRow>();

    public DbSet<SessionRow> Sessions => Set<SessionRow>();

    public DbSet<VariableRow> Variables => Set<VariableRow>();

    public DbSet<FederatedIdentityRow> FederatedIdentities => Set<FederatedIdentityRow>();

    public DbSet<FederatedRegistryRow> FederatedRegistries => Set<FederatedRegistryRow>();

    public DbSet<IssuerKeyRow> IssuerKeys => Set<IssuerKeyRow>();

    public DbSet<AuditRow> Audit => Set<AuditRow>();

    public DbSet<TrafficRow> Traffic => Set<TrafficRow>();

    public DbSet<ClientTrafficRow> ClientTraffic => Set<ClientTrafficRow>();

    public DbSet<OriginLatencyRow> OriginLatencies => Set<OriginLatencyRow>();

    public DbSet<StorageSampleRow> StorageSamples => Set<StorageSampleRow>();

    public DbSet<SettingRow> Settings => Set<SettingRow>();

    public override async Task<int> SaveChangesAsync(bool acceptAllChangesOnSuccess, CancellationToken cancellationToken = default)
    {
        foreach (var version in ChangeTracker.Entries<VersionRow>().Where(entry => entry.State == EntityState.Added))
        {
            version.Entity.RepeatProvider();
        }

        var packages = VersionFigures.PendingChanges(this);
        if (packages.Count == 0)
        {
            return await base.SaveChangesAsync(acceptAllChangesOnSuccess, cancellationToken).ConfigureAwait(false);
        }

        await using var transaction = Database.CurrentTransaction is null
            ? await Database.BeginTransactionAsync(cancellationToken).ConfigureAwait(false)
            : null;
        int written = await base.SaveChangesAsync(acceptAllChangesOnSuccess, cancellationToken).ConfigureAwait(false);
        try
        {
            // New versions have no id before the save.
            await VersionFigures.UpdateAsync(this, [.. packages.Select(row => row.VersionId).Distinct()], cancellationToken)
                .ConfigureAwait(false);
            if (transaction is not null)
            {
                await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
            }
        }
        catch (DbException exception)
        {
            // The exception that callers expect of a failed save.
            throw new DbUpdateException("The totals of the changed versions cannot be saved.", exception);
        }

        return written;
    }

    /// <summary>Not supported: only <see cref="SaveChangesAsync(bool, CancellationToken)"/> updates the totals of versions.</summary>
    public override int SaveChanges(bool acceptAllChangesOnSuccess) => throw new NotSupportedException($"Call {nameof(SaveChangesAsync)}.");

    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        configurationBuilder.Properties<DateTimeOffset>().HaveConversion<UtcMillisecondsConverter>();
        configurationBuilder.Properties<TimeSpan>().HaveConversion<long>();
        configurationBuilder.Properties<Enum>().HaveConversion<string>().HaveMaxLength(32);
        configurationBuilder.Properties<TrustLevel>().HaveConversion<int>();
    }

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<NamespaceRow>(row =>
        {
            row.HasIndex(x => x.Path).IsUnique();
            row.HasOne<NamespaceRow>().WithMany().HasForeignKey(x => x.ParentId).OnDelete(DeleteBehavior.Restrict);
            row.HasData(new NamespaceRow
            {
                Id = DefaultGroupId,
                RootGroupId = DefaultGroupId,
                Kind = NamespaceKind.Group,
                Path = "default",
                AutomaticCaching = true,
                CreatedAt = DateTimeOffset.UnixEpoch,
            });
        });
        modelBuilder.Entity<ProviderRow>(row =>
        {
            row.HasIndex(x => new { x.RootGroupId, x.Hostname, x.Namespace, x.Type }).IsUnique();
            row.HasOne<NamespaceRow>().WithMany().HasForeignKey(x => x.RootGroupId).OnDelete(DeleteBehavior.Cascade);
        });
        modelBuilder.Entity<VersionRow>(row =>
        {
            row.HasIndex(x => new { x.ProviderId, x.Version }).IsUnique();
            row.HasIndex(x => new { x.ProviderId, x.SortKey });
            row.HasIndex(x => x.CreatedAt);
            // One index per sort order of the list, with all searched columns; the first one also has the columns that are totalled per
            // root group.
            row.HasIndex(
                x => new { x.RootGroupId, x.AddressKey, x.SortKey, x.ProviderId, x.Version, x.CreatedAt, x.LastUsedAt, x.Size },
                "IX_Versions_List")
                .IsDescending(false, false, true, false, false, false, false, false);
            row.HasIndex(x => new { x.RootGroupId, x.SortKey, x.ProviderId, x.Version });
            row.HasIndex(x => new { x.RootGroupId, x.CreatedAt, x.ProviderId, x.Version });
            row.HasIndex(x => new { x.RootGroupId, x.LastUsedAt, x.ProviderId, x.Version });
            row.HasIndex(x => new { x.RootGroupId, x.Size, x.ProviderId, x.Version });
            row.HasIndex(x => new { x.RootGroupId, x.Trust, x.ProviderId, x.Version });
            row.HasIndex(x => new { x.RootGroupId, x.PlatformCount, x.ProviderId, x.Version });
            row.HasIndex(x => new { x.RootGroupId, x.CreatedBy, x.ProviderId, x.Version });
        });
        modelBuilder.Entity<PackageRow>(row =>
        {
            // Only a few packages are fetched with a credential; every anonymous list looks for them.
            row.HasIndex(x => x.VersionId, "IX_Packages_Protected").HasFilter("\"Credential\" <> 'none'");
            row.HasIndex(x => new { x.VersionId, x.Os, x.Arch }).IsUnique();
            row.HasIndex(x => x.Sha256);
            row.HasIndex(x => x.LastUsedAt);
        });
        modelBuilder.Entity<ModulePackageRow>(row =>
        {
            row.HasIndex(x => new { x.RootGroupId, x.Hostname, x.Namespace, x.Name, x.System, x.Version }).IsUnique();
            row.HasIndex(x => x.Sha256);
            row.HasOne<NamespaceRow>().WithMany().HasForeignKey(x => x.RootGroupId).OnDelete(DeleteBehavior.Cascade);
            row.HasOne(x => x.Documentation).WithOne().HasForeignKey<ModuleDocumentationRow>(x => x.ModulePackageId);
        });
        modelBuilder.Entity<ModuleDocumentationRow>(row => row.HasKey(x => x.ModulePackageId));
        modelBuilder.Entity<BlobRow>(row =>
        {
            row.HasKey(x => x.Sha256);
            row.HasIndex(x => x.OrphanedAt).HasFilter("\"OrphanedAt\" IS NOT NULL");
        });
        modelBuilder.Entity<DamagedPackageRow>(row => row.HasIndex(x => new { x.ProviderId, x.Version, x.Platform }).IsUnique());
        modelBuilder.Entity<ProofRow>(row =>
        {
            row.HasIndex(x => new { x.ProviderId, x.Version, x.Credential }).IsUnique();
            row.HasIndex(x => new { x.SignedAt, x.ProviderId, x.Version });
            // What a key signed, without reading its proofs, which are large.
            row.HasIndex(x => new { x.ProviderId, x.KeyFingerprint, x.VerifiedAt, x.Version });
            // The same as for packages.
            row.HasIndex(x => x.ProviderId, "IX_Proofs_Protected").HasFilter("\"Credential\" <> 'none'");
        });
        modelBuilder.Entity<SeenKeyRow>(row => row.HasIndex(x => new { x.ProviderId, x.Fingerprint }).IsUnique());
        modelBuilder.Entity<QuarantineRow>(row => row.HasIndex(x => new { x.ProviderId, x.Version, x.Platform }).IsUnique());
        modelBuilder.Entity<OciContentRow>(row => row.HasIndex(x => new { x.ProviderId, x.Digest }).IsUnique());
        modelBuilder.Entity<OriginDocumentRow>(row => row.HasIndex(x => x.Key).IsUnique());
        modelBuilder.Entity<DocumentRefreshRow>(row =>
        {
            row.HasIndex(x => new { x.NamespaceId, x.Source }).IsUnique();
            row.HasOne<NamespaceRow>().WithMany().HasForeignKey(x => x.NamespaceId).OnDelete(DeleteBehavior.Cascade);
        });
        modelBuilder.Entity<PolicyRuleRow>(
            row => row.HasOne<NamespaceRow>().WithMany().HasForeignKey(x => x.RootGroupId).OnDelete(DeleteBehavior.Cascade));
        modelBuilder.Entity<KeyPinRow>(row =>
        {
            row.HasIndex(x => new { x.RootGroupId, x.Provider, x.Fingerprint }).IsUnique();
            row.HasOne<NamespaceRow>().WithMany().HasForeignKey(x => x.RootGroupId).OnDelete(DeleteBehavior.Cascade);
        });
        modelBuilder.Entity<SyncTaskRow>(row =>
        {
            row.HasIndex(x => new { x.RootGroupId, x.CreatedAt });
            row.HasIndex(x => x.State);
            row.HasOne<NamespaceRow>().WithMany().HasForeignKey(x => x.NamespaceId).OnDelete(DeleteBehavior.Cascade);
            row.HasMany(x => x.Packages).WithOne(x => x.Task).HasForeignKey(x => x.TaskId).OnDelete(DeleteBehavior.Cascade);
        });
        ConfigureHosted(modelBuilder);
        ConfigurePrincipals(modelBuilder);
        ConfigureSecrets(modelBuilder);
        ConfigureStatistics(modelBuilder);
        modelBuilder.Entity<SettingRow>(row => row.HasKey(x => x.Name));
    }

    private static void ConfigureHosted(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<RegistryNamespaceRow>(row =>
        {
            row.HasIndex(x => x.Name).IsUnique();
            row.HasOne<NamespaceRow>().WithMany().HasForeignKey(x => x.RootGroupId).OnDelete(DeleteBehavior.Cascade);
        });
        modelBuilder.Entity<PublishingKeyRow>(row => row.HasIndex(x => new { x.NamespaceId, x.Fingerprint }).IsUnique());
        modelBuilder.Entity<DeprecationRow>(row =>
        {
            row.HasIndex(x => new { x.RootGroupId, x.Source, x.Version }).IsUnique();
            row.HasOne<NamespaceRow>().WithMany().HasForeignKey(x => x.RootGroupId).OnDelete(DeleteBehavior.Cascade);
        });
        modelBuilder.Entity<UnpublishedVersionRow>(row => row.HasIndex(x => new { x.Source, x.Version }).IsUnique());
        modelBuilder.Entity<HostedRouteRow>(row =>
        {
            row.HasIndex(x => new { x.RootGroupId, x.Hostname, x.Namespace }).IsUnique();
            row.HasOne<NamespaceRow>().WithMany().HasForeignKey(x => x.RootGroupId).OnDelete(DeleteBehavior.Cascade);
            row.HasOne(x => x.Target).WithMany().HasForeignKey(x => x.TargetId).OnDelete(DeleteBehavior.Cascade);
        });
        modelBuilder.Entity<ModuleSourceRow>(row =>
        {
            row.HasIndex(x => x.HookId).IsUnique();
            row.HasIndex(x => new { x.NamespaceId, x.Name, x.System }).IsUnique();
        });
        modelBuilder.Entity<PendingTagRow>(row =>
        {
            row.HasIndex(x => new { x.SourceId, x.Tag }).IsUnique();
            row.HasOne(x => x.Source).WithMany(x => x.PendingTags).HasForeignKey(x => x.SourceId).OnDelete(DeleteBehavior.Cascade);
        });
    }

    private static void ConfigureStatistics(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<AuditRow>(row =>
        {
            row.HasIndex(x => x.At);
            row.HasIndex(x => new { x.RootGroupId, x.At });
            // Filtered lists are paged by id.
            row.HasIndex(x => new { x.RootGroupId, x.Id });
            row.HasIndex(x => new { x.Principal, x.Id });
            row.HasIndex(x => new { x.Provider, x.Id });
            row.HasIndex(x => new { x.Run, x.Id }).HasFilter("\"Run\" IS NOT NULL");
        });
        modelBuilder.Entity<TrafficRow>(row =>
        {
            row.HasIndex(x => new { x.RootGroupId, x.Step, x.Start, x.Provider }).IsUnique();
            row.HasIndex(x => new { x.Step, x.Start });
            row.HasOne<NamespaceRow>().WithMany().HasForeignKey(x => x.RootGroupId).OnDelete(DeleteBehavior.Cascade);
        });
        modelBuilder.Entity<ClientTrafficRow>(row =>
        {
            row.HasIndex(x => new { x.RootGroupId, x.Step, x.Start, x.PrincipalKind, x.Principal }).IsUnique();
            row.HasIndex(x => new { x.Step, x.Start });
            row.HasOne<NamespaceRow>().WithMany().HasForeignKey(x => x.RootGroupId).OnDelete(DeleteBehavior.Cascade);
        });
        modelBuilder.Entity<StorageSampleRow>(row =>
        {
            row.HasIndex(x => new { x.RootGroupId, x.Step, x.Start }).IsUnique();
            row.HasOne<NamespaceRow>().WithMany().HasForeignKey(x => x.RootGroupId).OnDelete(DeleteBehavior.Cascade);
        });
        modelBuilder.Entity<OriginLatencyRow>(row => row.HasIndex(x => new { x.Step, x.Start, x.Host, x.Range }).IsUnique());
    }

    private static void ConfigurePrincipals(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<PrincipalRow>(row =>
        {
            row.HasIndex(x => new { x.NamespaceId, x.Name }).IsUnique();
            // Nulls are never equal in an index, so user names need a separate one.
            row.HasIndex(x => x.Name, "IX_Principals_UserName").IsUnique().HasFilter("\"NamespaceId\" IS NULL");
            row.HasOne<NamespaceRow>().WithMany().HasForeignKey(x => x.NamespaceId).OnDelete(DeleteBehavior.Cascade);
        });
        modelBuilder.Entity<UserRow>(row =>
        {
            row.HasKey(x => x.PrincipalId);
            row.HasOne(x => x.Principal).WithOne(x => x.User).HasForeignKey<UserRow>(x => x.PrincipalId);
            row.HasIndex(x => new { x.OidcIssuer, x.OidcSubject }).IsUnique();
        });
        modelBuilder.Entity<JobRow>(row =>
        {
            row.HasKey(x => x.PrincipalId);
            row.HasOne(x => x.Principal).WithOne(x => x.Job).HasForeignKey<JobRow>(x => x.PrincipalId);
            row.HasMany(x => x.Packages).WithOne().HasForeignKey(x => x.JobId);
            row.HasIndex(x => x.ExpiresAt);
        });
        modelBuilder.Entity<JobPackageRow>(row => row.HasIndex(x => new { x.JobId, x.Provider, x.Version }).IsUnique());
        modelBuilder.Entity<MembershipRow>(row =>
        {
            row.HasIndex(x => new { x.NamespaceId, x.PrincipalId }).IsUnique();
            row.HasOne<NamespaceRow>().WithMany().HasForeignKey(x => x.NamespaceId).OnDelete(DeleteBehavior.Cascade);
        });
        modelBuilder.Entity<GroupMappingRow>(row =>
        {
            row.HasIndex(x => new { x.NamespaceId, x.OidcGroup }).IsUnique();
            row.HasOne<NamespaceRow>().WithMany().HasForeignKey(x => x.NamespaceId).OnDelete(DeleteBehavior.Cascade);
        });
        modelBuilder.Entity<AccessTokenRow>(row => row.HasIndex(x => x.Hash).IsUnique());
        modelBuilder.Entity<SessionRow>(row =>
        {
            row.HasIndex(x => x.Hash).IsUnique();
            row.HasIndex(x => x.ExpiresAt);
            row.HasOne<PrincipalRow>().WithMany().HasForeignKey(x => x.PrincipalId).OnDelete(DeleteBehavior.Cascade);
        });
    }

    private static void ConfigureSecrets(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<VariableRow>(row =>
        {
            row.HasIndex(x => new { x.NamespaceId, x.Name }).IsUnique();
            row.HasOne<NamespaceRow>().WithMany().HasForeignKey(x => x.NamespaceId).OnDelete(DeleteBehavior.Cascade);
        });
        modelBuilder.Entity<FederatedIdentityRow>(row => row.ToTable("WorkloadTrusts").HasIndex(x => x.Issuer));
        modelBuilder.Entity<FederatedRegistryRow>(row =>
        {
            row.HasIndex(x => new { x.NamespaceId, x.Hostname }).IsUnique();
            row.HasOne<NamespaceRow>().WithMany().HasForeignKey(x => x.NamespaceId).OnDelete(DeleteBehavior.Cascade);
        });
        modelBuilder.Entity<IssuerKeyRow>(row => row.HasIndex(x => x.KeyId).IsUnique());
    }

    private sealed class UtcMillisecondsConverter() : ValueConverter<DateTimeOffset, long>(
        time => time.ToUnixTimeMilliseconds(),
        milliseconds => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds));
}
