using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace Mirror.Core.Catalog;

/// <summary>The one data context: rows of <see cref="NamespaceRow"/> and all that is mirrored below them.</summary>
public sealed class MirrorDbContext(DbContextOptions<MirrorDbContext> options) : DbContext(options)
{
    /// <summary>The id of the root group <c>default</c>, which exists from the start.</summary>
    public const long DefaultGroupId = 1;

    public DbSet<NamespaceRow> Namespaces => Set<NamespaceRow>();

    public DbSet<ProviderRow> Providers => Set<ProviderRow>();

    public DbSet<VersionRow> Versions => Set<VersionRow>();

    public DbSet<PackageRow> Packages => Set<PackageRow>();

    public DbSet<ProofRow> Proofs => Set<ProofRow>();

    public DbSet<SeenKeyRow> SeenKeys => Set<SeenKeyRow>();

    public DbSet<QuarantineRow> Quarantine => Set<QuarantineRow>();

    public DbSet<OriginDocumentRow> OriginDocuments => Set<OriginDocumentRow>();

    public DbSet<PolicyRuleRow> PolicyRules => Set<PolicyRuleRow>();

    public DbSet<SyncTaskRow> SyncTasks => Set<SyncTaskRow>();

    public DbSet<SyncPackageRow> SyncPackages => Set<SyncPackageRow>();

    public DbSet<AuditRow> Audit => Set<AuditRow>();

    public DbSet<SettingRow> Settings => Set<SettingRow>();

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
        });
        modelBuilder.Entity<PackageRow>(row =>
        {
            row.HasIndex(x => new { x.VersionId, x.Os, x.Arch }).IsUnique();
            row.HasIndex(x => x.Sha256);
            row.HasIndex(x => x.LastUsedAt);
        });
        modelBuilder.Entity<ProofRow>(row => row.HasIndex(x => new { x.ProviderId, x.Version, x.Credential }).IsUnique());
        modelBuilder.Entity<SeenKeyRow>(row => row.HasIndex(x => new { x.ProviderId, x.Fingerprint }).IsUnique());
        modelBuilder.Entity<QuarantineRow>(row => row.HasIndex(x => new { x.ProviderId, x.Version, x.Platform }).IsUnique());
        modelBuilder.Entity<OriginDocumentRow>(row => row.HasIndex(x => x.Key).IsUnique());
        modelBuilder.Entity<PolicyRuleRow>(row => row.HasOne<NamespaceRow>().WithMany().HasForeignKey(x => x.RootGroupId).OnDelete(DeleteBehavior.Cascade));
        modelBuilder.Entity<SyncTaskRow>(row =>
        {
            row.HasIndex(x => new { x.RootGroupId, x.CreatedAt });
            row.HasIndex(x => x.State);
            row.HasOne<NamespaceRow>().WithMany().HasForeignKey(x => x.NamespaceId).OnDelete(DeleteBehavior.Cascade);
            row.HasMany(x => x.Packages).WithOne(x => x.Task).HasForeignKey(x => x.TaskId).OnDelete(DeleteBehavior.Cascade);
        });
        modelBuilder.Entity<AuditRow>(row =>
        {
            row.HasIndex(x => x.At);
            row.HasIndex(x => new { x.RootGroupId, x.At });
        });
        modelBuilder.Entity<SettingRow>(row => row.HasKey(x => x.Name));
    }

    private sealed class UtcMillisecondsConverter() : ValueConverter<DateTimeOffset, long>(
        time => time.ToUnixTimeMilliseconds(),
        milliseconds => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds));
}
