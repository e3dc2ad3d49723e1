using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Importing;
using Mirror.Web.Http;

namespace Mirror.Web.Features.Mirrors;

/// <summary>A version in a URL. A malformed one ends the request with a problem document.</summary>
internal sealed record VersionRoute(string Hostname, string Namespace, string Type, string Version)
{
    public const string Template = "/groups/{group}/providers/{hostname}/{namespace}/{type}/versions/{version}";

    public (ProviderAddress Provider, ProviderVersion Version) Parse() =>
        (ApiTargets.ParseProvider(Hostname, Namespace, Type), ApiTargets.ParseVersion(Version));
}

/// <summary>A platform of a version in a URL.</summary>
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
    /// <summary>Requires a root group, to which versions belong.</summary>
    public static ResolvedNamespace RequireRoot(this ResolvedNamespace scope) =>
        scope.IsRoot
            ? scope
            : throw ApiProblemException.Invalid(
                $"'{scope.Path}' shares the mirror of its root group; change it at '{scope.Path.RootName}'.");
}
