using Microsoft.Extensions.DependencyInjection;
using Mirror.Core.Configuration;
using Mirror.Core.Database;
using Mirror.Core.Fetching.Documents;
using Mirror.Core.Fetching.Modules;
using Mirror.Core.Fetching.Packages;
using Mirror.Core.Fetching.Proofs;
using Mirror.Core.Upstream;
using Mirror.Core.Verification;

namespace Mirror.Core.Fetching;

internal static class FetchingServices
{
    public static IServiceCollection AddUpstream(this IServiceCollection services, MirrorOptions options) => services
        .AddSingleton(new OriginGuard(options.Upstream, options.Auth.WorkloadIssuers))
        .AddSingleton<OriginTransport>()
        .AddSingleton<OriginHttp>()
        .AddSingleton<ServiceDiscovery>()
        .AddSingleton<OriginRegistry>()
        .AddSingleton<OriginModules>()
        .AddSingleton<ChainedMirror>()
        .AddSingleton<Origins>()
        .AddSingleton(new ServerOriginCredentials(options.Upstream, Environment.GetEnvironmentVariable));

    public static IServiceCollection AddFetching(this IServiceCollection services) => services
        .AddSingleton<OpenPgpVerifier>()
        .AddSingleton<VerificationLane>()
        .AddSingleton<ProofStore>()
        .AddSingleton<Quarantine>()
        .AddSingleton<ReleaseVerification>()
        .AddSingleton<Releases>()
        .AddSingleton<CacheSpace>()
        .AddSingleton<VersionListMemory>()
        .AddSingleton<VersionLists>()
        .AddSingleton<StorageSpace>()
        .AddSingleton<ModuleLocations>()
        .AddSingleton(provider => new ModuleMirror(
            provider.GetRequiredService<Catalog.ModuleCatalog>(),
            provider.GetRequiredService<VersionLists>(),
            provider.GetRequiredService<ModuleLocations>(),
            provider.GetRequiredService<PackageFills>(),
            provider.GetRequiredService<StoredContents>(),
            provider.GetRequiredService<IOriginCredentials>(),
            provider.GetRequiredService<OriginGuard>(),
            provider.GetRequiredService<MirrorOptions>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<Database.DatabaseHealth>()))
        .AddSingleton<ContentHashes>()
        .AddSingleton<DamagedPackages>()
        .AddSingleton<StoredContents>()
        .AddSingleton<StoredPackages>()
        .AddSingleton<PackageUsage>()
        .AddSingleton<DocumentCache>()
        .AddSingleton<PackageFillContext>()
        .AddSingleton<FetchingMetrics>()
        .AddSingleton<ServerConditions>()
        .AddSingleton<PackageFills>()
        .AddSingleton<OriginAccess>()
        .AddSingleton<ReleaseAges>()
        .AddSingleton<ReleaseVisibility>()
        .AddSingleton<NewestProofs>()
        .AddSingleton<VersionOffers>()
        .AddSingleton(provider => new ProviderMirror(
            provider.GetRequiredService<Catalog.CatalogReader>(),
            provider.GetRequiredService<Catalog.CatalogWriter>(),
            provider.GetRequiredService<Catalog.StoredBlobs>(),
            provider.GetRequiredService<VersionLists>(),
            provider.GetRequiredService<VersionOffers>(),
            provider.GetRequiredService<Releases>(),
            provider.GetRequiredService<ReleaseVisibility>(),
            provider.GetRequiredService<PackageFills>(),
            provider.GetRequiredService<StoredPackages>(),
            provider.GetRequiredService<Quarantine>(),
            provider.GetRequiredService<OriginAccess>(),
            provider.GetRequiredService<IOriginCredentials>(),
            provider.GetRequiredService<ContentHashes>(),
            provider.GetRequiredService<FetchingMetrics>(),
            provider.GetRequiredService<MirrorOptions>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<Database.DatabaseHealth>()))
        .AddSingleton<DocumentRefresh>()
        .AddSingleton(provider => new QuarantineRetries(
            provider.GetRequiredService<Microsoft.EntityFrameworkCore.IDbContextFactory<Database.MirrorDbContext>>(),
            provider.GetRequiredService<Quarantine>(),
            provider.GetRequiredService<Releases>(),
            provider.GetRequiredService<VersionLists>(),
            provider.GetRequiredService<ReleaseVisibility>(),
            provider.GetRequiredService<OriginAccess>(),
            provider.GetRequiredService<IOriginCredentials>(),
            provider.GetRequiredService<Catalog.NamespaceDirectory>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<Microsoft.Extensions.Logging.ILogger<QuarantineRetries>>()))
        .AddSingleton<SignedReleases>();
}
