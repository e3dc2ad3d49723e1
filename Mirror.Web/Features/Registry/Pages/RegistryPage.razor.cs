using Microsoft.AspNetCore.Components;
using Mirror.Core.Access;
using Mirror.Core.Catalog;
using Mirror.Core.Database;
using Mirror.Core.Hosted;
using Mirror.Core.Hosted.Publishing;
using Mirror.Web.Http;
using Mirror.Web.Ui;
using Mirror.Web.Ui.Widgets;
using MudBlazor;

namespace Mirror.Web.Features.Registry.Pages;

/// <param name="Hostname">Null if nothing can be published, because <c>Mirror:PublicUrl</c> is not set.</param>
/// <param name="Published">The providers and modules in all of its registry namespaces.</param>
/// <param name="Mirrored">The stored modules of other registries.</param>
/// <param name="Sources">Null if the user may not see them.</param>
/// <param name="MayPublish">Whether the user may publish and deprecate.</param>
/// <param name="MayManage">Whether the user may change the registry itself.</param>
/// <param name="MayCreate">Whether the user may create registry namespaces.</param>
public sealed record RegistryContent(
    long RootGroupId,
    bool IsRoot,
    string? Hostname,
    IReadOnlyList<RegistryNamespace> Namespaces,
    IReadOnlyList<PublishedItem> Published,
    IReadOnlyList<ModuleSummary> Mirrored,
    IReadOnlyList<HostedRoute> Routes,
    IReadOnlyList<ModuleSource>? Sources,
    bool MayPublish,
    bool MayManage,
    bool MayCreate);

/// <summary>The registry namespaces of a root group with their providers and modules, and the modules that it mirrors.</summary>
public sealed partial class RegistryPage(
    RegistryNamespaces registry, PublishedContents published, ModuleCatalog modules, HostedRoutes routes, ModuleSources sources,
    OwnHostnames hostnames, CatalogChanges changes, TimeProvider time)
{
    /// <summary>The maximum number of providers and of modules; the search of the bar above finds the others.</summary>
    private const int MaxItems = 1_000;

    private static readonly string[] Tabs = ["published", "modules", "routes", "sources"];

    private Debouncer? _changed;

    /// <summary>The open tab.</summary>
    [SupplyParameterFromQuery(Name = "tab")]
    private string? TabQuery { get; set; }

    protected override AccessAction Needs => AccessAction.Read;

    private int TabIndex => Math.Max(0, Array.IndexOf(Tabs, TabQuery));

    private bool IsRegistry => Content is { IsRoot: true, Hostname: not null };

    public override void Dispose()
    {
        changes.Changed -= OnChanged;
        _changed?.Dispose();
        base.Dispose();
    }

    protected override void OnInitialized()
    {
        if (RendererInfo.IsInteractive)
        {
            _changed = new Debouncer(time, CatalogWatch.Interval, () => _ = InvokeAsync(RefreshAsync));
            changes.Changed += OnChanged;
        }
    }

    protected override async Task<RegistryContent> LoadAsync(
        ResolvedNamespace scope, AccessSubject user, CancellationToken cancellationToken)
    {
        long root = scope.RootGroupId;
        bool isAnonymous = !(await User.CheckAsync(AccessAction.Read, scope.Path, null, cancellationToken)).SeesProtected;
        var stored = await modules.SearchAsync(root, SearchText.Everything, MaxItems, isAnonymous, cancellationToken);
        bool mayManage = scope.IsRoot && AccessPolicy.Decide(user, AccessAction.ManageSettings, scope) == AccessDecision.Allow;
        return new RegistryContent(
            root,
            scope.IsRoot,
            hostnames.Current?.Display,
            await registry.ListAsync(root, cancellationToken),
            await published.ListAsync(root, MaxItems, cancellationToken),
            [.. stored.Items.Where(module => !hostnames.IsOwn(module.Module.Hostname))],
            await routes.ListAsync(root, cancellationToken),
            mayManage && hostnames.Current is not null ? await sources.ListAsync(root, cancellationToken) : null,
            scope.IsRoot && AccessPolicy.Decide(user, AccessAction.ChangeMirror, scope) == AccessDecision.Allow,
            mayManage,
            scope.IsRoot && AccessPolicy.Decide(user, AccessAction.Administer, scope) == AccessDecision.Allow);
    }

    protected override int CountItems(RegistryContent content) => content.Namespaces.Count + content.Published.Count + content.Mirrored.Count + content.Routes.Count + (content.Sources?.Count ?? 0);

    private void OnChanged(CatalogChange change)
    {
        if (change.RootGroupId == Content?.RootGroupId)
        {
            _changed?.Throttle();
        }
    }

    private void OpenTab(int index)
    {
        if (index != TabIndex)
        {
            Navigation.NavigateTo(index == 0 ? Urls.Registry(Group) : Urls.Registry(Group, Tabs[index]));
        }
    }

    private IReadOnlyList<PublishedItem> In(RegistryNamespace item) =>
        [.. Content!.Published.Where(published => published.Namespace == item.Name && IsFound(published.Source, published.Newest.Value))];

    /// <summary>While searching, only the namespaces with a match.</summary>
    private IEnumerable<(RegistryNamespace Namespace, IReadOnlyList<PublishedItem> Items)> Shown =>
        Content!.Namespaces.Select(item => (item, In(item))).Where(shown => string.IsNullOrWhiteSpace(Search) || shown.Item2.Count > 0 || IsFound(shown.item.Name));

    private string UrlOf(PublishedItem item) => item.Provider is { } provider
        ? Urls.Version(Group, provider, item.Newest)
        : Urls.Module(Group, item.Module!, item.Newest);

    private Task CreateAsync() => ShowFormAsync<RegistryNamespaceDialog>(
        Texts.NewNamespace,
        new DialogParameters<RegistryNamespaceDialog> { { x => x.Hostname, Content!.Hostname! }, { x => x.Create, CreateAsync } });

    /// <returns>Why the name was not accepted, or null.</returns>
    private async Task<string?> CreateAsync(string name)
    {
        var result = await ChangeAsync(
            async (scope, by) => scope.IsRoot && await registry.CreateAsync(scope.NamespaceId, name, by.Principal, CancellationToken.None) is not null,
            created => created ? new Notification(Texts.NamespaceCreated.With(name), false) : null,
            AccessAction.Administer);
        return result is { IsPermitted: true, Outcome: false } ? Texts.NamespaceExists.With(name) : null;
    }

    private async Task DeleteAsync(RegistryNamespace item)
    {
        var text = new DeletionText(
            Texts.DeleteNamespaceQuestion.With(item.Name),
            [.. item.Keys.Select(key => Texts.KeyItem.With(FingerprintText.Group(key.Fingerprint)))],
            Texts.DeleteNamespaceConsequence);
        if (await ConfirmAsync(Texts.DeleteNamespace, Ui.Texts.Delete, text))
        {
            await ChangeAsync(
                (scope, by) => registry.DeleteAsync(scope.RootGroupId, item.Name, by.Principal, CancellationToken.None),
                outcome => outcome == RegistryNamespaceDeletion.InUse
                    ? new Notification(Texts.NamespaceInUse.With(item.Name), true)
                    : new Notification(Texts.NamespaceDeleted.With(item.Name), false),
                AccessAction.ManageSettings);
        }
    }
}
