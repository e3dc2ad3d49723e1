using Mirror.Core.Access;
using Mirror.Core.Catalog;

namespace Mirror.Web.Api;

/// <summary>Groups and workspaces, by path.</summary>
public sealed record NamespaceListDocument(IReadOnlyList<NamespaceDocument> Items);

/// <summary>A group or workspace with its settings.</summary>
/// <param name="Name">The last part of its path.</param>
/// <param name="AnonymousRead">Whether its root group may be read without signing in.</param>
/// <param name="Role">The caller's own role there, inherited ones included; null: none.</param>
public sealed record NamespaceDocument(string Path, string Name, NamespaceKind Kind, AutomaticCachingDocument AutomaticCaching, bool AnonymousRead, Role? Role)
{
    public static NamespaceDocument From(MirrorScope scope, AccessSubject subject) =>
        new(scope.Path.Value, scope.Path.Name, scope.Kind, AutomaticCachingDocument.From(scope), scope.AnonymousRead, AccessPolicy.RoleIn(subject, scope));
}

/// <summary>Whether what is not cached is fetched.</summary>
/// <param name="Setting">What is set on the namespace itself.</param>
/// <param name="InheritedFrom">The group whose setting holds; null where the namespace's own does, or nobody sets it and it is off.</param>
public sealed record AutomaticCachingDocument(bool Enabled, CachingSetting Setting, string? InheritedFrom)
{
    public static AutomaticCachingDocument From(MirrorScope scope) => new(
        scope.AutomaticCaching,
        scope.AutomaticCachingSetting,
        scope.AutomaticCachingFrom is { } from && from != scope.Path ? from.Value : null);
}

/// <param name="Name">Lower-case letters, digits, <c>-</c> and <c>_</c>.</param>
public sealed record NamespaceNameDocument(string Name);

/// <summary>Settings to change; null: as it is.</summary>
/// <param name="AnonymousRead">Root groups only, and not <c>default</c>, which follows the configuration.</param>
public sealed record SettingsDocument(CachingSetting? AutomaticCaching = null, bool? AnonymousRead = null);
