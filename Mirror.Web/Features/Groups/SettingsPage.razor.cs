using Microsoft.AspNetCore.Components;
using Mirror.Core.Access;
using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Database;
using Mirror.Web.Http;
using Mirror.Web.Ui.Widgets;

namespace Mirror.Web.Features.Groups;

/// <param name="InheritedCaching">The inherited setting, which applies without an own one.</param>
/// <param name="MayRename">Whether the user may rename it; only administrators may rename root groups.</param>
/// <param name="Below">The groups and workspaces directly below it.</param>
public sealed record SettingsContent(Namespace Namespace, bool InheritedCaching, bool MayRename, IReadOnlyList<Namespace> Below)
{
    public string Path => Namespace.Path;

    public bool IsRoot => !Path.Contains('/', StringComparison.Ordinal);

    public bool IsDefault => Path == NamespacePath.Default.Value;

    public bool IsWorkspace => Namespace.Kind == NamespaceKind.Workspace;
}

/// <summary>The settings of a group or workspace, its children, its name and its deletion.</summary>
public sealed partial class SettingsPage(
    NamespaceWriter writer, NamespaceDirectory namespaces, CatalogSearch catalog, NavigationManager navigation)
{
    private CachingSetting _caching;
    private string _name = "";
    private string? _nameProblem;

    protected override AccessAction Needs => AccessAction.ManageSettings;

    protected override async Task<SettingsContent> LoadAsync(
        ResolvedNamespace scope, AccessSubject user, CancellationToken cancellationToken) => new(
        Namespace.Of(scope, user),
        scope.Path.Parent is { } above && await namespaces.FindAsync(above, cancellationToken) is { AutomaticCaching: true },
        scope.Path != NamespacePath.Default && AccessPolicy.Decide(user, RenamingNeeds(scope.IsRoot), scope) == AccessDecision.Allow,
        [.. (await namespaces.ListAsync(cancellationToken)).Where(other => other.Path.Parent == scope.Path).Select(other => Namespace.Of(other, user))]);

    protected override void Reset()
    {
        _caching = Content?.Namespace.AutomaticCaching.Setting ?? default;
        _name = Content?.Namespace.Name ?? "";
        _nameProblem = null;
    }

    // For administrators only: whether a name is in use would reveal other root groups.
    private static AccessAction RenamingNeeds(bool isRoot) => isRoot ? AccessAction.Administer : AccessAction.ManageSettings;

    private static IEnumerable<(CachingSetting Setting, string Text)> CachingChoices(SettingsContent settings)
    {
        yield return (CachingSetting.On, "On");
        yield return (CachingSetting.Off, "Off");
        if (!settings.IsRoot)
        {
            yield return (CachingSetting.Inherit, $"Inherit from parent group ({(settings.InheritedCaching ? "on" : "off")})");
        }
    }

    private static string CachingText(AutomaticCaching caching) =>
        (caching.Enabled ? "It is on" : "It is off")
        + (caching.Setting != CachingSetting.Inherit ? ", set here."
            : caching.InheritedFrom is { } from ? $", inherited from {from}." : " by default.");

    private async Task SaveCachingAsync()
    {
        var setting = _caching;
        await ChangeAsync(
            (scope, by) => writer.ChangeSettingsAsync(scope.Path, setting, null, by.Principal, CancellationToken.None),
            outcome => outcome == SettingsOutcome.Changed ? new Notification("Saved automatic provider caching.", false) : Gone());
    }

    private async Task ToggleAnonymousReadAsync()
    {
        bool wanted = Content is { Namespace.AnonymousRead: false };
        await ChangeAsync(
            (scope, by) => writer.ChangeSettingsAsync(scope.Path, null, wanted, by.Principal, CancellationToken.None),
            outcome => outcome == SettingsOutcome.Changed ? new Notification(
                wanted ? "Anyone may read this group now." : "Only members may read this group now.", false) : Gone());
    }

    private async Task<string?> CreateAsync(NewNamespace wanted)
    {
        var result = await ChangeAsync(
            (_, by) => writer.CreateAsync(wanted.Path, wanted.Kind, by.Principal, CancellationToken.None),
            outcome => outcome == CreateOutcome.Created ? new Notification($"Created {wanted.Path}.", false) : null);
        return NewNamespace.Problem(result, wanted.Path);
    }

    private async Task RenameAsync()
    {
        if (Content is not { } settings || !NamespacePath.TryParse(settings.Path, out var path))
        {
            return;
        }

        if (!path.TryRename(_name.Trim(), out var renamed))
        {
            _nameProblem = $"“{_name.Trim()}” is not a name. {NamespaceForm.NameHint}";
            return;
        }

        var result = await ChangeAsync(
            (_, by) => writer.RenameAsync(path, renamed, by.Principal, CancellationToken.None),
            outcome => outcome == RenameOutcome.Renamed
                ? new Notification($"Renamed {path} to {renamed}.", false)
                : outcome == RenameOutcome.AlreadyExists ? null
                : Gone(),
            RenamingNeeds(path.IsRoot));
        _nameProblem = result is { IsPermitted: true, Outcome: RenameOutcome.AlreadyExists } ? $"{renamed} already exists." : null;
        if (result is { IsPermitted: true, Outcome: RenameOutcome.Renamed })
        {
            navigation.NavigateTo(Urls.Settings(renamed.Value), replace: true);
        }
    }

    private async Task DeleteAsync()
    {
        if (Content is not { } settings || !NamespacePath.TryParse(settings.Path, out var path))
        {
            return;
        }

        var text = new DeletionText(
            $"Delete {path} and everything in it?",
            await NameWhatGoesAsync(path),
            "This cannot be undone. Clients that use its URLs will fail.");
        if (!await ConfirmAsync($"Delete {path}", settings.IsWorkspace ? "Delete workspace" : "Delete group", text))
        {
            return;
        }

        var result = await ChangeAsync(
            (scope, by) => writer.DeleteAsync(scope.Path, force: true, by.Principal, CancellationToken.None),
            outcome => outcome == DeleteOutcome.Deleted ? new Notification($"Deleted {path}.", false) : Gone());
        if (result is { IsPermitted: true, Outcome: DeleteOutcome.Deleted })
        {
            navigation.NavigateTo(
                path.Parent is { } parent ? Urls.Settings(parent.Value) : Urls.ProviderMirrors(Urls.DefaultGroup), replace: true);
        }
    }

    private async Task<IReadOnlyList<string>> NameWhatGoesAsync(NamespacePath path)
    {
        var below = (await namespaces.ListAsync(CancellationToken.None))
            .Where(other => other.Path != path && path.Contains(other.Path))
            .Select(other => other.Path.Value)
            .ToList();
        if (path.IsRoot && await namespaces.FindAsync(path, CancellationToken.None) is { } root)
        {
            var stored = await catalog.SearchVersionsAsync(root.RootGroupId, new VersionQuery { Take = 1 }, CancellationToken.None);
            if (stored.Total > 0)
            {
                below.Insert(0, FormattableString.Invariant($"mirrored versions: {stored.Total:N0}"));
            }
        }

        return below;
    }

    private static Notification Gone() => new("Nothing was changed: it has been renamed or deleted.", true);
}
