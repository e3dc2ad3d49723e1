using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Importing;
using Mirror.Web.Http;

namespace Mirror.Web.Features.Mirrors;

/// <summary>A version in a URL. What does not parse ends the request with a problem document.</summary>
internal sealed record VersionRoute(string Hostname, string Namespace, string Type, string Version)
{
    public const string Template = "/groups/{group}/providers/{hostname}/{namespace}/{type}/versions/{version}";

    public (ProviderAddress Provider, ProviderVersion Version) Parse() =>
        (ApiTargets.ParseProvider(Hostname, Namespace, Type), ApiTargets.ParseVersion(Version));
}

/// <summary>As <see cref="VersionRoute"/>, with a platform.</summary>
internal sealed record PlatformRoute(string Hostname, string Namespace, string Type, string Version, string Platform)
{
    public const string Template = VersionRoute.Template + "/platforms/{platform}";

    public ImportTarget ParseIn(ResolvedNamespace root)
    {
        var (provider, version) = new VersionRoute(Hostname, Namespace, Type, Version).Parse();
        return new ImportTarget(root.RootGroupId, provider, version, ApiTargets.ParsePlatform(Platform));
    }
}

internal static class RootGroups
{
    /// <summary>The namespace, which must be a root group: what is mirrored belongs to them and is changed there.</summary>
    public static ResolvedNamespace RequireRoot(this ResolvedNamespace scope) =>
        scope.IsRoot
            ? scope
            : throw ApiProblemException.Invalid(
                $"'{scope.Path}' shares what its root group mirrors; change it at '{scope.Path.RootName}'.");
}
