using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Mirror.Core.Configuration;
using Mirror.Core.Database;
using Mirror.Core.Fetching.Documents;
using Mirror.Core.Fetching.Modules;
using Mirror.Core.Fetching.Packages;
using Mirror.Core.Fetching.Proofs;
using Mirror.Core.Upstream;
using Mirror.Core.Upstream.Git;
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
        .AddSingleton(new GitHosts(options.Upstream))
        .AddSingleton<GitReferences>()
        .AddSingleton<ForgeArchives>()
        .AddSingleton<GitFetch>()
        .AddSingleton<UpstreamRouter>()
        .AddSingleton(new ServerOriginCredentials(options.Upstream, Environment.GetEnvironmentVariable));

    public static IServiceCollection AddFetching(this IServiceCollection services) => services
        .AddSingleton<OpenPgpVerifier>()
        .AddSingleton<VerificationLane>()
        .AddSingleton<ProofStore>()
        .AddSingleton<Quarantine>()
        .AddSingleton<ReleaseVerification>()
        .AddSingleton<Releases>()
        .AddSingleton<CacheSpace>()
        .AddSingleton<VersionLists>()
        .AddSingleton<StorageSpace>()
        .AddSingleton<GitSnapshots>()
        .AddSingleton<ModuleRevisions>()
        .AddSingleton<ModuleLocations>()
        .AddInternal<ModuleMirror>()
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
        .AddSingleton<ProviderRequests>()
        .AddSingleton<DocumentTimeout>()
        .AddSingleton<ReleaseAges>()
        .AddSingleton<ReleaseVisibility>()
        .AddSingleton<NewestProofs>()
        .AddSingleton<VersionOffers>()
        .AddInternal<ProviderMirror>()
        .AddSingleton<HiddenVersionFinder>()
        .AddInternal<StoredVersions>()
        .AddSingleton<PolicyPreviews>()
        .AddSingleton<DocumentRefresh>()
        .AddInternal<QuarantineRetries>()
        .AddSingleton<PackageSizes>()
        .AddInternal<SizedReleases>()
        .AddSingleton<GeneratedProofs>()
        .AddSingleton<SignedReleases>();

    /// <summary>For types with internal constructors: the container only finds public ones.</summary>
    private static IServiceCollection AddInternal<T>(this IServiceCollection services)
        where T : class
    {
        var constructor = typeof(T).GetConstructors(BindingFlags.Instance | BindingFlags.NonPublic).Single();
        return services.AddSingleton(provider => (T)constructor.Invoke(
            BindingFlags.DoNotWrapExceptions,
            null,
            [.. constructor.GetParameters().Select(parameter => provider.GetRequiredService(parameter.ParameterType))],
            null));
    }
}
