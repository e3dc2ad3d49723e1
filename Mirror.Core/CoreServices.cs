using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Mirror.Core.Access;
using Mirror.Core.Audit;
using Mirror.Core.Catalog;
using Mirror.Core.Configuration;
using Mirror.Core.Credentials;
using Mirror.Core.Database;
using Mirror.Core.Diagnosis;
using Mirror.Core.Fetching;
using Mirror.Core.Hosted;
using Mirror.Core.Hosted.Publishing;
using Mirror.Core.Identity;
using Mirror.Core.Identity.Federation;
using Mirror.Core.Importing;
using Mirror.Core.Jobs;
using Mirror.Core.Policy;
using Mirror.Core.Storage;
using Mirror.Core.Storage.Archives;
using Mirror.Core.Storage.Backups;
using Mirror.Core.Storage.Caching;
using Mirror.Core.Storage.Integrity;
using Mirror.Core.Storage.Objects;
using Mirror.Core.Storage.Retention;
using Mirror.Core.Sync;
using Mirror.Core.Usage;

namespace Mirror.Core;

/// <summary>Registers the services of each domain.</summary>
public static class CoreServices
{
    public static IServiceCollection AddMirrorCore(this IServiceCollection services, MirrorOptions options)
    {
        services.AddSingleton(options);
        services.TryAddSingleton(TimeProvider.System);
        return services
            .AddSingleton<ConfiguredCertificates>()
            .AddCatalog()
            .AddHosted()
            .AddPackageStore(options)
            .AddSingleton<ArchiveLane>()
            .AddSingleton<PackageReaders>()
            .AddSingleton<PackageStoreHealth>()
            .AddSingleton<PackageRetention>()
            .AddPolicy()
            .AddUpstream(options)
            .AddFetching()
            .AddStatistics()
            .AddSync()
            .AddSingleton<ProviderInspection>()
            .AddJobs()
            .AddAccess()
            .AddIdentity()
            .AddAudit()
            .AddFederation()
            .AddCredentials()
            .AddIntegrity()
            .AddSingleton<BackupWriter>()
            .AddSingleton<BackupReader>()
            .AddSingleton<ProofImporter>()
            .AddSingleton<PackageImporter>()
            .AddSingleton<ModulePublisher>()
            .AddSingleton<ModuleReader>()
            .AddSingleton<ProviderPublisher>()
            .AddSingleton<ModuleSources>()
            .AddSingleton<TagPublisher>()
            .AddSingleton<TagQueue>()
            .AddSingleton<Webhooks>();
    }

    private static IServiceCollection AddCatalog(this IServiceCollection services) => services
        .AddSingleton<CatalogDatabase>()
        .AddSingleton<IDbContextFactory<MirrorDbContext>>(provider => provider.GetRequiredService<CatalogDatabase>())
        .AddSingleton(provider => provider.GetRequiredService<CatalogDatabase>().Health)
        .AddSingleton<CatalogChanges>()
        .AddSingleton<CatalogReader>()
        .AddSingleton<CatalogSearch>()
        .AddSingleton<CatalogSuggestions>()
        .AddSingleton<QuarantineReader>()
        .AddSingleton<SigningKeyReader>()
        .AddSingleton<InstanceSettings>()
        .AddSingleton<CatalogWriter>()
        .AddSingleton<OciContents>()
        .AddSingleton<ModuleCatalog>()
        .AddSingleton<UnpublishedVersions>()
        .AddSingleton<NamespaceDirectory>()
        .AddSingleton<StoredBlobs>()
        .AddSingleton<PendingBlobs>()
        .AddSingleton<StoreOwnership>()
        .AddSingleton<Orphans>()
        .AddSingleton<StartupRecovery>();

    private static IServiceCollection AddHosted(this IServiceCollection services) => services
        .AddSingleton<OwnHostnames>()
        .AddSingleton<HostnameChange>()
        .AddSingleton<RegistryNamespaces>()
        .AddSingleton<HostedRoutes>()
        .AddSingleton<HostedRouter>()
        .AddSingleton<PublishingKeys>()
        .AddSingleton<Deprecations>()
        .AddSingleton<PublishedContents>();

    private static IServiceCollection AddStatistics(this IServiceCollection services) => services
        .AddSingleton<TrafficCounters>()
        .AddSingleton<OriginLatencyLog>()
        .AddSingleton<StorageSamples>()
        .AddSingleton<StatisticsReader>();

    private static IServiceCollection AddSync(this IServiceCollection services) => services
        .AddSingleton<SyncStore>()
        .AddSingleton<SyncService>()
        .AddSingleton<SyncScheduler>();

    private static IServiceCollection AddJobs(this IServiceCollection services) => services
        .AddSingleton<JobRecords>()
        .AddSingleton<JobService>();

    private static IServiceCollection AddIntegrity(this IServiceCollection services) => services
        .AddSingleton<Repairs>()
        .AddSingleton<OrphanDecisions>()
        .AddSingleton<IntegrityCheck>()
        .AddSingleton<Scrub>();

    private static IServiceCollection AddPolicy(this IServiceCollection services) => services
        .AddSingleton<PolicyChanges>()
        .AddSingleton<Policies>();

    private static IServiceCollection AddPackageStore(this IServiceCollection services, MirrorOptions options) =>
        services.AddSingleton(provider =>
        {
            var store = ObjectStores.OpenPackages(options, provider.GetRequiredService<TimeProvider>());
            return options.Packages is { Store: not PackageStoreKind.FileSystem, LocalCache: { } capacity } packages
                ? new CachedPackageStore(
                    store,
                    options.CacheDirectory,
                    capacity,
                    // Downloads need space on this disk too.
                    packages.MinimumFreeSpace + packages.MaxPackageSize,
                    provider.GetRequiredService<ILogger<CachedPackageStore>>())
                : store;
        });
}
