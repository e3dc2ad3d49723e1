using Microsoft.AspNetCore.Components;
using Mirror.Core.Access;
using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Database;
using Mirror.Core.Hosted;
using Mirror.Core.Hosted.Publishing;
using Mirror.Web.Features.Registry.Pages;
using Mirror.Web.Http;
using Mirror.Web.Ui;
using Mirror.Web.Ui.Layout;
using Mirror.Web.Ui.Widgets;
using MudBlazor;

namespace Mirror.Web.Features.Registry.Modules;

/// <summary>The module version in a page's URL, unparsed.</summary>
public sealed record ModuleVersionAddress(string Group, string Hostname, string Namespace, string Name, string System, string Version);

/// <summary>The content of the page, except its documentation, which can be too long to pass to the circuit.</summary>
/// <param name="Package">Null if the URL names no stored version that the user may read.</param>
/// <param name="Versions">All versions of the module, newest first.</param>
/// <param name="IsPublishedHere">Whether its address has this instance's own hostname.</param>
/// <param name="MayChange">Whether the user may deprecate it, or delete it if it is from another registry.</param>
/// <param name="MayUnpublish">Whether the user is an owner of the root group.</param>
public sealed record LoadedModule(
    ModuleVersionAddress Address,
    long RootGroupId,
    ModulePackage? Package,
    IReadOnlyList<ProviderVersion> Versions,
    bool IsPublishedHere,
    Deprecation? Deprecation,
    bool MayChange,
    bool MayUnpublish);

/// <summary>A stored module version: its documentation, its origin, and how to use it.</summary>
public sealed partial class ModulePage(
    ModuleCatalog modules, ModuleReader reader, Deprecations deprecations, DeprecationChange deprecation,
    OwnHostnames hostnames,
    CurrentUser user, CatalogChanges changes, TimeProvider time,
    NavigationManager navigation, IDialogService dialogs, Notifications notifications) : ComponentBase, IDisposable
{
    private readonly CancellationTokenSource _gone = new();
    private ModuleVersionAddress? _address;
    private ModuleDocumentation? _documentation;
    private Debouncer? _changed;

    [Parameter]
    public string Group { get; set; } = "";

    [Parameter]
    public string Hostname { get; set; } = "";

    [Parameter]
    public string Namespace { get; set; } = "";

    [Parameter]
    public string Name { get; set; } = "";

    [Parameter]
    public string System { get; set; } = "";

    [Parameter]
    public string Version { get; set; } = "";

    /// <summary>The open tab, one of <see cref="ModuleTabs"/>.</summary>
    [SupplyParameterFromQuery(Name = "tab")]
    private string? TabQuery { get; set; }

    /// <summary>The open submodule or example: its directory.</summary>
    [SupplyParameterFromQuery(Name = "part")]
    private string? PartQuery { get; set; }

    [CascadingParameter]
    private HttpContext? HttpContext { get; set; }

    /// <summary>Passed from the prerendered page to the circuit, so that both render the same.</summary>
    [PersistentState]
    public LoadedModule? Loaded { get; set; }

    private string AddressText => ModuleAddress.TryParseCanonical(Hostname, [Namespace, Name, System], out var module)
        ? module.Display
        : $"{Hostname}/{Namespace}/{Name}/{System}";

    private string ShortName => $"{Namespace}/{Name}/{System}";

    private string RootGroup => Group.Split('/')[0];

    /// <summary>The open part; null if there is no documentation.</summary>
    private ModulePart? Part => _documentation is not { } documentation ? null
        : PartQuery is { Length: > 0 } path
            ? documentation.Submodules.Concat(documentation.Examples).FirstOrDefault(part => part.Path == path) ?? documentation.Root
            : documentation.Root;

    private string Path => Loaded?.Package is { } package ? Urls.Module(Group, package.Module, package.Version) : "";

    // Modules belong to root groups and are changed only there.
    private bool IsRootPage => NamespacePath.TryParse(Group, out var path) && path.IsRoot;

    public void Dispose()
    {
        changes.Changed -= OnChanged;
        _gone.Cancel();
        _gone.Dispose();
        _changed?.Dispose();
    }

    protected override void OnInitialized()
    {
        if (RendererInfo.IsInteractive)
        {
            _changed = new Debouncer(time, CatalogWatch.Interval, () => _ = InvokeAsync(RefreshAsync));
            changes.Changed += OnChanged;
        }
    }

    protected override async Task OnParametersSetAsync()
    {
        var address = new ModuleVersionAddress(Group, Hostname, Namespace, Name, System, Version);
        if (_address != address)
        {
            bool isPassed = _address is null && Loaded?.Address == address;
            _address = address;
            if (!isPassed)
            {
                Loaded = await LoadAsync(address);
            }

            _documentation = await ReadAsync();
        }

        if (Loaded is { Package: null })
        {
            PageStatus.NotFound(HttpContext);
        }
    }

    private async Task<LoadedModule> LoadAsync(ModuleVersionAddress address)
    {
        if (!NamespacePath.TryParse(address.Group, out var path)
            || !ModuleAddress.TryParseCanonical(address.Hostname, [address.Namespace, address.Name, address.System], out var module)
            || !ProviderVersion.TryParseCanonical(address.Version, out var version)
            || await user.CheckAsync(AccessAction.Read, path, module, _gone.Token) is not { IsAllowed: true, Scope: { } scope } access)
        {
            return new LoadedModule(address, 0, null, [], false, null, false, false);
        }

        long root = scope.RootGroupId;
        var stored = (await modules.ListAsync(root, module, _gone.Token)).Where(package => access.SeesProtected || !package.IsProtected).ToList();
        var found = stored.Find(package => package.Version == version);
        return new LoadedModule(
            address,
            root,
            found,
            [.. stored.Select(package => package.Version)],
            hostnames.IsOwn(module.Hostname),
            found is null ? null : (await deprecations.FindAsync(root, module, _gone.Token)).Of(version),
            path.IsRoot && access.May(AccessAction.ChangeMirror),
            path.IsRoot && access.May(AccessAction.ManageSettings));
    }

    private async Task<ModuleDocumentation?> ReadAsync()
    {
        try
        {
            return Loaded?.Package is { } package
                ? (await reader.FindAsync(Loaded.RootGroupId, package.Module, package.Version, _gone.Token))?.Documentation
                : null;
        }
        catch (IOException)
        {
            // The package store failed, which is reported elsewhere; the page shows the rest.
            return null;
        }
    }

    private void OnChanged(CatalogChange change)
    {
        if (change.RootGroupId == Loaded?.RootGroupId && Loaded.Package is { } package && change.Source.Equals(package.Module))
        {
            _changed?.Throttle();
        }
    }

    private async Task RefreshAsync()
    {
        if (!_gone.IsCancellationRequested && _address is not null)
        {
            Loaded = await LoadAsync(_address);
            _documentation ??= await ReadAsync();
            StateHasChanged();
        }
    }

    private void OpenVersion(ProviderVersion? version)
    {
        if (version is not null && Loaded?.Package is { } package && version != package.Version)
        {
            navigation.NavigateTo(Urls.Module(Group, package.Module, version));
        }
    }

    private async Task SetAsync(ProviderVersion? version, NewDeprecation? wanted)
    {
        notifications.Show(await deprecation.MakeAsync(Loaded!.RootGroupId, Loaded.Package!.Module, version, wanted));
        await RefreshAsync();
    }

    private async Task DeleteAsync()
    {
        if (Loaded is not { Package: { } shown } loaded || !await ConfirmDeletion.AskAsync(
            dialogs,
            loaded.IsPublishedHere ? Texts.Unpublish : Texts.DeleteModule,
            loaded.IsPublishedHere ? Texts.Unpublish : Ui.Texts.Delete,
            new DeletionText(
                (loaded.IsPublishedHere ? Texts.UnpublishQuestion : Texts.DeleteQuestion).With(shown.Module.Display, shown.Version),
                [],
                loaded.IsPublishedHere ? Texts.UnpublishConsequence : Texts.DeleteConsequence)))
        {
            return;
        }

        var access = await user.AuthorizeAsync(
            loaded.IsPublishedHere ? AccessAction.ManageSettings : AccessAction.ChangeMirror, loaded.RootGroupId);
        bool deleted = access.IsAllowed && await modules.DeleteAsync(
            loaded.RootGroupId, shown.Module, shown.Version, access.Subject.Principal, CancellationToken.None);
        notifications.Show(!access.IsAllowed ? new Notification(Ui.Texts.NothingChangedDenied, true)
            : deleted ? new Notification(Texts.Deleted.With(shown.Module.Display, shown.Version), false)
            : new Notification(Ui.Texts.NothingChangedConcurrently, true));
        if (deleted)
        {
            navigation.NavigateTo(Urls.Registry(RootGroup));
        }
        else
        {
            await RefreshAsync();
        }
    }
}
