using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Hosted;
using Mirror.Web.Http;

namespace Mirror.Web.Features.Registry;

/// <summary>The common parts of requests about this instance's registry; a refusal ends the request with a problem document.</summary>
internal static class RegistryRequests
{
    /// <summary>The tag of the operations in the API description.</summary>
    public const string Tag = "Registry";

    /// <summary>The root group of the request: registry namespaces belong to no others.</summary>
    public static long RootGroupId(ResolvedNamespace scope) => scope.IsRoot
        ? scope.NamespaceId
        : throw ApiProblemException.Invalid($"'{scope.Path}' publishes with its root group; use '{scope.Path.RootName}'.");

    /// <summary>The hostname of published addresses.</summary>
    public static ProviderHostname Hostname(OwnHostnames hostnames) => hostnames.Current ?? throw ApiProblemException.Conflict(
        "This server does not know its own hostname, so nothing can be published. Set Mirror:PublicUrl to the URL that clients use.");

    /// <summary>A registry namespace of the root group.</summary>
    public static async Task<RegistryNamespace> FindNamespaceAsync(
        RegistryNamespaces registry, ResolvedNamespace scope, string name, CancellationToken cancellationToken)
    {
        long rootGroupId = RootGroupId(scope);
        if (!RegistryNamespace.IsName(name))
        {
            throw ApiProblemException.Invalid(
                $"'{Problems.Shorten(name)}' is not a registry namespace; expected lower-case letters a-z, digits, and single '-' or '_' between them.");
        }

        return await registry.FindAsync(name, cancellationToken) switch
        {
            { } found when found.RootGroupId == rootGroupId => found,
            null => throw ApiProblemException.NotFound(
                $"'{scope.Path}' has no registry namespace '{name}'. An administrator creates it: "
                + $"mirror registry-namespace create {name} --group-path {scope.Path}"),
            _ => throw ApiProblemException.NotFound(
                $"'{scope.Path}' has no registry namespace '{name}': it belongs to another root group."),
        };
    }

    public static ProviderAddress ParseProvider(ProviderHostname hostname, string @namespace, string type) =>
        ApiTargets.ParseProvider(hostname.Value, @namespace, type);

    public static ModuleAddress ParseModule(ProviderHostname hostname, string @namespace, string name, string system)
    {
        string text = $"{hostname.Value}/{@namespace}/{name}/{system}";
        return ModuleAddress.TryParse(text, out var module)
            ? module
            : throw ApiProblemException.Invalid(
                $"'{text}' is not a module address; expected 'namespace/name/system', such as 'acme/vpc/aws'.");
    }
}
