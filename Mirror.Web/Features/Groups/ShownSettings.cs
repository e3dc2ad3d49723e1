using Mirror.Core.Access;
using Mirror.Core.Catalog;
using Mirror.Core.Database;

namespace Mirror.Web.Features.Groups;

/// <summary>A group or workspace right below another.</summary>
public sealed record ShownChild(string Path, string Name, bool IsWorkspace);

/// <summary>What holds in a group or workspace.</summary>
/// <param name="Caching">What is set on it.</param>
/// <param name="EffectiveCaching">What holds, inheritance resolved.</param>
/// <param name="CachingFrom">The path of the one whose setting it is; null: nobody sets it.</param>
/// <param name="InheritedCaching">What would hold, were nothing set on it.</param>
/// <param name="MayRename">Whether the visitor may give it another name: of root groups, administrators alone.</param>
public sealed record ShownSettings(
    string Path,
    string Name,
    bool IsRoot,
    bool IsDefault,
    bool IsWorkspace,
    CachingSetting Caching,
    bool EffectiveCaching,
    string? CachingFrom,
    bool InheritedCaching,
    bool AnonymousRead,
    bool MayRename,
    IReadOnlyList<ShownChild> Below)
{
    public static ShownSettings From(MirrorScope scope, MirrorScope? parent, AccessSubject user, IEnumerable<MirrorScope> below) => new(
        scope.Path.Value,
        scope.Path.Name,
        scope.IsRoot,
        scope.NamespaceId == MirrorDbContext.DefaultGroupId,
        scope.Kind == NamespaceKind.Workspace,
        scope.AutomaticCachingSetting,
        scope.AutomaticCaching,
        scope.AutomaticCachingFrom?.Value,
        parent?.AutomaticCaching ?? false,
        scope.AnonymousRead,
        scope.NamespaceId != MirrorDbContext.DefaultGroupId && AccessPolicy.Decide(user, RenamingNeeds(scope.IsRoot), scope) == AccessDecision.Allow,
        [.. below.Select(child => new ShownChild(child.Path.Value, child.Path.Name, child.Kind == NamespaceKind.Workspace))]);

    /// <summary>Which root groups there are is the administrators' business, and whether a name is taken would tell.</summary>
    public static AccessAction RenamingNeeds(bool isRoot) => isRoot ? AccessAction.Administer : AccessAction.ManageSettings;
}
