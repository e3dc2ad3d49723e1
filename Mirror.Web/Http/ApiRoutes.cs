using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Importing;

namespace Mirror.Web.Http;

/// <summary>A version in a URL, as it came: parts are checked by <see cref="ApiTargets"/>.</summary>
internal sealed record VersionRoute(string Group, string Hostname, string Namespace, string Type, string Version);

internal sealed record PlatformRoute(string Group, string Hostname, string Namespace, string Type, string Version, string Platform)
{
    public VersionRoute OfVersion => new(Group, Hostname, Namespace, Type, Version);
}

internal sealed record VersionTarget(MirrorScope Group, ProviderAddress Provider, ProviderVersion Version)
{
    public long RootGroupId => Group.RootGroupId;

    public override string ToString() => $"{Provider} {Version}";
}

/// <summary>Turns the parts of a URL into what they name. What is malformed ends the request with a problem document.</summary>
internal sealed class ApiTargets(CurrentUser user)
{
    /// <summary>The route's group or workspace, which the request's authorization has resolved.</summary>
    public Task<MirrorScope> FindGroupAsync(string segment, CancellationToken cancellationToken) => Task.FromResult(user.Namespace);

    public Task<MirrorScope> FindScopeAsync(string segment, CancellationToken cancellationToken) => Task.FromResult(user.Namespace);

    public async Task<VersionTarget> FindVersionAsync(VersionRoute route, CancellationToken cancellationToken) =>
        new(await FindGroupAsync(route.Group, cancellationToken), ParseProvider(route.Hostname, route.Namespace, route.Type), ParseVersion(route.Version));

    /// <summary>Like <see cref="FindVersionAsync"/>, for changes: what is mirrored belongs to root groups, and is changed there.</summary>
    public async Task<VersionTarget> FindVersionToChangeAsync(VersionRoute route, CancellationToken cancellationToken)
    {
        var group = await FindRootGroupAsync(route.Group, cancellationToken);
        return new VersionTarget(group, ParseProvider(route.Hostname, route.Namespace, route.Type), ParseVersion(route.Version));
    }

    /// <summary>Like <see cref="FindGroupAsync"/>, but what is not a root group ends the request.</summary>
    public async Task<MirrorScope> FindRootGroupAsync(string segment, CancellationToken cancellationToken)
    {
        var group = await FindGroupAsync(segment, cancellationToken);
        return group.IsRoot
            ? group
            : throw ApiProblemException.Invalid($"'{group.Path}' shares what its root group mirrors; change it at '{group.Path.RootName}'.");
    }

    public async Task<ImportTarget> FindPlatformToChangeAsync(PlatformRoute route, CancellationToken cancellationToken)
    {
        var target = await FindVersionToChangeAsync(route.OfVersion, cancellationToken);
        return new ImportTarget(target.RootGroupId, target.Provider, target.Version, ParsePlatform(route.Platform));
    }

    public static SearchText ParseSearch(string? text) =>
        SearchText.TryParse(text, out var search, out string? fault) ? search : throw ApiProblemException.Invalid(fault);

    public static ProviderAddress ParseProvider(string hostname, string @namespace, string type)
    {
        string text = $"{hostname}/{@namespace}/{type}";
        return ProviderAddress.TryParse(text, out var provider)
            ? provider
            : throw ApiProblemException.Invalid($"'{text}' is not a provider source address; expected 'hostname/namespace/type', such as 'registry.terraform.io/hashicorp/aws'.");
    }

    public static Platform ParsePlatform(string text) =>
        Platform.TryParse(text, out var platform)
            ? platform
            : throw ApiProblemException.Invalid($"'{text}' is not a platform; expected 'os_arch', such as 'linux_amd64'.");

    public static ProviderVersion ParseVersion(string text) =>
        ProviderVersion.TryParse(text, out var version)
            ? version
            : throw ApiProblemException.Invalid($"'{text}' is not a version; expected a semantic version without a leading 'v', such as '5.100.0'.");
}
