using Mirror.Core.Access;
using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Database;
using Mirror.Web.Http;
using Mirror.Web.Ui.Widgets;
using MudBlazor;

namespace Mirror.Web.Features.Groups;

/// <param name="InheritedCaching">The setting that applies without an own one.</param>
/// <param name="MayRename">Whether the user may rename it; only administrators may rename root groups.</param>
/// <param name="Below">The groups and workspaces directly below it.</param>
/// <param name="BelowInAll">The number of groups and workspaces on all levels below it.</param>
/// <param name="Openable">The groups whose settings the user may see too.</param>
public sealed record SettingsContent(
    Namespace Namespace,
    InheritedCaching InheritedCaching,
    bool MayRename,
    IReadOnlyList<Namespace> Below,
    int BelowInAll,
    IReadOnlyList<string> Openable)
{
    public string Path => Namespace.Path;

    public bool IsRoot => !Path.Contains('/', StringComparison.Ordinal);

    public bool IsDefault => Path == NamespacePath.Default.Value;

    public bool IsWorkspace => Namespace.Kind == NamespaceKind.Workspace;
}

/// <param name="From">The group that sets it; null if none does, and it is off.</param>
public sealed record InheritedCaching(bool Enabled, string? From);

/// <summary>The settings of a group or workspace, its children, its name and its deletion.</summary>
public sealed partial class SettingsPage(NamespaceWriter writer, NamespaceDirectory namespaces, NamespaceContents contents)
{
    private CachingSetting _caching;
    private bool _anonymousRead;

    protected override AccessAction Needs => AccessAction.ManageSettings;

    protected override async Task<SettingsContent> LoadAsync(
        ResolvedNamespace scope, AccessSubject user, CancellationToken cancellationToken)
    {
        var all = await namespaces.ListAsync(cancellationToken);
        var above = scope.Path.Parent is { } parent ? await namespaces.FindAsync(parent, cancellationToken) : null;
        var inherited = new InheritedCaching(above?.AutomaticCaching == true, above?.AutomaticCachingFrom?.Value);
        return new SettingsContent(
            Namespace.Of(scope, user),
            inherited,
            scope.Path != NamespacePath.Default && AccessPolicy.Decide(user, RenamingNeeds(scope.IsRoot), scope) == AccessDecision.Allow,
            [.. all.Where(other => other.Path.Parent == scope.Path).Select(other => Namespace.Of(other, user))],
            all.Count(other => other.Path != scope.Path && scope.Path.Contains(other.Path)),
            await FindOpenableAsync(inherited.From is { } from ? [from] : [], user, cancellationToken));
    }

    protected override int CountItems(SettingsContent content) => content.Below.Count;

    protected override void Reset() => (_caching, _anonymousRead) =
        (Content?.Namespace.AutomaticCaching.Setting ?? default, Content?.Namespace.AnonymousRead ?? default);

    // For administrators only: whether a name is in use would reveal other root groups.
    private static AccessAction RenamingNeeds(bool isRoot) => isRoot ? AccessAction.Administer : AccessAction.ManageSettings;

    private static IEnumerable<(CachingSetting Setting, string Text)> CachingChoices(SettingsContent settings)
    {
        yield return (CachingSetting.On, Texts.CachingOn);
        yield return (CachingSetting.Off, Texts.CachingOff);
        if (!settings.IsRoot)
        {
            string state = settings.InheritedCaching.Enabled ? Texts.On : Texts.Off;
            yield return (
                CachingSetting.Inherit,
                settings.InheritedCaching.From is { } from
                    ? Texts.CachingInherit.With(state, from)
                    : Texts.CachingInheritDefault.With(state));
        }
    }

    private static string CachingText(AutomaticCaching caching) => (caching.Enabled, caching.Setting) switch
    {
        (true, CachingSetting.Inherit) => Texts.CachingOnByDefault,
        (false, CachingSetting.Inherit) => Texts.CachingOffByDefault,
        (true, _) => Texts.CachingOnHere,
        (false, _) => Texts.CachingOffHere,
    };

    private async Task SaveCachingAsync()
    {
        var setting = _caching;
        await ChangeAsync(
            (scope, by) => writer.ChangeSettingsAsync(scope.Path, setting, null, by.Principal, CancellationToken.None),
            outcome => outcome == SettingsOutcome.Changed ? new Notification(Texts.CachingSaved, false) : Gone());
    }

    private async Task SaveAnonymousReadAsync()
    {
        bool wanted = _anonymousRead;
        await ChangeAsync(
            (scope, by) => writer.ChangeSettingsAsync(scope.Path, null, wanted, by.Principal, CancellationToken.None),
            outcome => outcome == SettingsOutcome.Changed
                ? new Notification(wanted ? Texts.AnyoneReadsNow : Texts.MembersOnlyNow, false)
                : Gone());
    }

    private Task AddAsync() => ShowFormAsync<NamespaceDialog>(
        Texts.NewNamespaceIn.With(Group),
        new DialogParameters<NamespaceDialog> { { x => x.Above, Group }, { x => x.Create, CreateAsync } });

    private async Task<string?> CreateAsync(NewNamespace wanted)
    {
        var result = await ChangeAsync(
            (_, by) => writer.CreateAsync(wanted.Path, wanted.Kind, by.Principal, CancellationToken.None),
            outcome => outcome == CreateOutcome.Created ? new Notification(Texts.CreatedNamespace.With(wanted.Path), false) : null);
        return NewNamespace.Problem(result, wanted.Path);
    }

    private Task AskNameAsync() => ShowFormAsync<RenameDialog>(
        Texts.RenameTitle.With(Group),
        new DialogParameters<RenameDialog>
        {
            { x => x.Path, NamespacePath.Parse(Group) },
            { x => x.Below, Content!.BelowInAll },
            { x => x.Rename, RenameAsync },
        });

    private async Task<string?> RenameAsync(NamespacePath renamed)
    {
        var path = NamespacePath.Parse(Group);
        var result = await ChangeAsync(
            (_, by) => writer.RenameAsync(path, renamed, by.Principal, CancellationToken.None),
            outcome => outcome == RenameOutcome.Renamed
                ? new Notification(Texts.Renamed.With(path, renamed), false)
                : outcome == RenameOutcome.AlreadyExists ? null
                : Gone(),
            RenamingNeeds(path.IsRoot));
        if (result is { IsPermitted: true, Outcome: RenameOutcome.Renamed })
        {
            Navigation.NavigateTo(Urls.Settings(renamed.Value), replace: true);
        }

        return result is { IsPermitted: true, Outcome: RenameOutcome.AlreadyExists } ? Texts.AlreadyExists.With(renamed) : null;
    }

    private async Task DeleteAsync()
    {
        if (Content is not { } settings || await namespaces.FindAsync(NamespacePath.Parse(Group), CancellationToken.None) is not { } found)
        {
            return;
        }

        var path = found.Path;
        var dialog = await Dialogs.ShowAsync<DeleteNamespaceDialog>(
            Texts.DeleteNamespace.With(path),
            new DialogParameters<DeleteNamespaceDialog>
            {
                { x => x.Path, path.Value },
                { x => x.IsWorkspace, settings.IsWorkspace },
                { x => x.Items, NamespaceItems.Of(await contents.CountAsync(found, CancellationToken.None)) },
            },
            FormDialog.Options);
        if (await dialog.Result is not { Canceled: false })
        {
            return;
        }

        var result = await ChangeAsync(
            (scope, by) => writer.DeleteAsync(scope.Path, force: true, by.Principal, CancellationToken.None),
            outcome => outcome == DeleteOutcome.Deleted ? new Notification(Texts.Deleted.With(path), false) : Gone());
        if (result is { IsPermitted: true, Outcome: DeleteOutcome.Deleted })
        {
            Navigation.NavigateTo(
                path.Parent is { } parent ? Urls.Settings(parent.Value) : Urls.ProviderMirrors(Urls.DefaultGroup), replace: true);
        }
    }

    private static Notification Gone() => new(Texts.NamespaceGone, true);
}
