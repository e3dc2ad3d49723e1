using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Configuration;

namespace Mirror.Core.Hosted;

/// <summary>The content that this instance serves as a registry host for one of its namespaces.</summary>
/// <param name="Group">The group whose content and access rules apply.</param>
/// <param name="IsPublished">Whether the namespace belongs to a group of this instance, which the address does not name.</param>
public readonly record struct RegistrySource(NamespacePath Group, ProviderHostname Hostname, string Namespace, bool IsPublished = false)
{
    public T Of<T>(T source)
        where T : class, ISourceAddress => HostedRouter.In(source, Hostname, Namespace);
}

/// <summary>
/// Decides whose content an address means. There is never a fallback: a namespace that is published or routed here is not looked for at an
/// origin as well, where anyone may have registered it.
/// </summary>
public sealed class HostedRouter(OwnHostnames hostnames, RegistryNamespaces namespaces, MirrorOptions options)
{
    private readonly ProviderHostname _own = hostnames.Current ?? HostedOptions.NoHostname;

    /// <summary>The address of a provider or module with the current own hostname instead of another one of its names.</summary>
    public T Canonical<T>(T source)
        where T : class, ISourceAddress =>
        hostnames.IsOwn(source.Hostname) ? In(source, _own, source.Namespace.ToLowerInvariant()) : source;

    /// <summary>The address whose content a group gets for an address: the canonical one, after the routes of its root group.</summary>
    public T Map<T>(ResolvedNamespace scope, T source)
        where T : class, ISourceAddress => scope.FindRoute(source) is { } target ? In(source, _own, target) : Canonical(source);

    /// <summary>Finds the content of <c>source = "mirror.example.com/{namespace}/…"</c>.</summary>
    public async ValueTask<RegistrySource> FindAsync(string @namespace, CancellationToken cancellationToken)
    {
        string name = @namespace.ToLowerInvariant();
        if (await namespaces.FindAsync(name, cancellationToken).ConfigureAwait(false) is { } hosted)
        {
            return new RegistrySource(hosted.Group, _own, name, IsPublished: true);
        }

        return options.Upstream.Routes.FirstOrDefault(route => route.Matches(name)) is { } route
            ? new RegistrySource(NamespacePath.Default, route.Host ?? _own, @namespace)
            : new RegistrySource(NamespacePath.Default, options.Upstream.DefaultHost, @namespace);
    }

    /// <summary>
    /// The answer for a provider or module that is not published here. Clients that may not read the group which publishes it get the same
    /// one, so it names no group.
    /// </summary>
    public static Failure NotPublished(ISourceAddress source) =>
        new(FailureKind.NotFound, $"The {source.Noun} {source} is not available: it is not published.");

    internal static T In<T>(T source, ProviderHostname hostname, string @namespace)
        where T : class, ISourceAddress =>
        source.Hostname == hostname && source.Namespace == @namespace ? source : (T)source.In(hostname, @namespace);
}
