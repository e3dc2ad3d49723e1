using Mirror.Core.Addresses;
using Mirror.Web.Http;

namespace Mirror.Web.Features.Groups;

/// <summary>The URLs of a group or workspace that contain its path.</summary>
internal static class NamespaceUrls
{
    /// <summary>Relative to this instance: of the network mirror, the registries and the pages.</summary>
    public static IReadOnlyList<string> Of(NamespacePath path) =>
    [
        $"/v1/provider-mirror/providers/{path}/…",
        $"/v1/registries/{path}/…",
        $"/{Urls.ProviderMirrors(path.Value)}",
    ];
}
