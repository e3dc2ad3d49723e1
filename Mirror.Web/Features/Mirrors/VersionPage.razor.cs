using Microsoft.AspNetCore.Components;
using Mirror.Core.Access;
using Mirror.Core.Addresses;
using Mirror.Core.Audit;
using Mirror.Core.Catalog;
using Mirror.Core.Configuration;
using Mirror.Core.Database;
using Mirror.Core.Fetching;
using Mirror.Core.Fetching.Documents;
using Mirror.Core.Fetching.Proofs;
using Mirror.Core.Hosted;
using Mirror.Core.Policy;
using Mirror.Web.Features.Registry.Pages;
using Mirror.Web.Http;
using Mirror.Web.Ui;
using Mirror.Web.Ui.Layout;
using Mirror.Web.Ui.Widgets;
using MudBlazor;

namespace Mirror.Web.Features.Mirrors;

/// <summary>The version in a page's URL, unparsed.</summary>
public sealed record VersionAddress(string Group, string Hostname, string Namespace, string Type, string Version);

/// <summary>The content of the page.</summary>
/// <param name="Version">Null if the URL names no stored version that the user may read.</param>
/// <param name="Issues">Why the version or its platforms are quarantined.</param>
/// <param name="MayDelete">Whether the user may delete in the root group.</param>
public sealed record LoadedVersion(
    VersionAddress Address, long RootGroupId, VersionDetails? Version, IReadOnlyList<VersionIssue> Issues, bool MayDelete)
{
    /// <summary>Whether it was published at this instance's own hostname.</summary>
    public bool IsPublishedHere { get; init; }

    /// <summary>The advice of the publisher not to use it; null if there is none.</summary>
    public Deprecation? Deprecation { get; init; }

    /// <summary>Whether the user is an owner of the root group, who unpublishes.</summary>
    public bool MayUnpublish { get; init; }

    /// <summary>The newest audit events of the version; null unless they are shown to a user who may read them.</summary>
    public IReadOnlyList<AuditEvent>? Events { get; init; }
}

/// <summary>One stored version: its packages, its proof, configuration to copy, and deletion.</summary>
public sealed partial class VersionPage(
    CatalogReader catalog, StoredVersions stored, CatalogWriter writer, Quarantine quarantine, DocumentRefresh refresh, AuditReader audit, CurrentUser user,
    Deprecations deprecations, DeprecationChange deprecation, OwnHostnames hostnames,
    CatalogChanges changes, PolicyChanges policyChanges, TimeProvider time,
    NavigationManager navigation, IDialogService dialogs, Notifications notifications) : ComponentBase, IDisposable
{
    private const string ActivityTab = "activity";
    private const int MaxEvents = 50;

    private static readonly string[] Tabs = ["platforms", "trust", "use", ActivityTab];

    private readonly CancellationTokenSource _gone = new();
    private CatalogWatch? _watch;
    private Deadline? _deadline;
    private VersionAddress? _address;
    private string? _tab;

    [Parameter]
    public string Group { get; set; } = "";

    [Parameter]
    public string Hostname { get; set; } = "";

    [Parameter]
    public string Namespace { get; set; } = "";

    [Parameter]
    public string Type { get; set; } = "";

    [Parameter]
    public string Version { get; set; } = "";

    /// <summary>The platform whose details are open, <c>os_arch</c>.</summary>
    [SupplyParameterFromQuery(Name = "platform")]
    private string? PlatformQuery { get; set; }

    /// <summary>The open tab, one of <see cref="Tabs"/>.</summary>
    [SupplyParameterFromQuery(Name = "tab")]
    private string? TabQuery { get; set; }

    [CascadingParameter]
    private Preferences? Preferences { get; set; }

    [CascadingParameter]
    private HttpContext? HttpContext { get; set; }

    /// <summary>Changes once a minute.</summary>
    [CascadingParameter(Name = PageClock.Name)]
    private DateTimeOffset? Minute { get; set; }

    /// <summary>Passed from the prerendered page to the circuit, so that both render the same.</summary>
    [PersistentState]
    public LoadedVersion? Loaded { get; set; }

    private PackageDetails? Chosen => Loaded?.Version?.Platforms.FirstOrDefault(package => package.Platform.Value == PlatformQuery);

    private string AddressText => ProviderAddress.TryParseCanonical(
        Hostname, Namespace, Type, out var provider) ? provider.Display : $"{Hostname}/{Namespace}/{Type}";

    private string ProviderUrl => ProviderAddress.TryParseCanonical(Hostname, Namespace, Type, out var provider)
        ? Urls.Provider(Group, provider)
        : new VersionListState(AddressText).ToUrl(Urls.ProviderMirrors(Group));

    private string RootGroup => Group.Split('/')[0];

    private DateTimeOffset Now => time.GetUtcNow();

    private int TabIndex => Math.Max(0, Array.IndexOf(Tabs, TabQuery));

    private string StoredText => Loaded?.Version is not { Platforms.Count: > 0 } shown
        ? Texts.StoredNothing
        : Texts.StoredPackages.With(
            TextFormat.Count(shown.Platforms.Count, Texts.OnePlatform, Texts.SeveralPlatforms), Quantity.FormatSize(shown.Size));

    // Versions belong to root groups and are deleted only there.
    private bool MayChange => Loaded is { MayDelete: true } && NamespacePath.TryParse(Group, out var path) && path.IsRoot;

    private bool MayDelete => MayChange && Loaded is { IsPublishedHere: false } or { MayUnpublish: true };

    /// <summary>A published version is deleted as a whole. Packages that were imported without a signature are deleted separately.</summary>
    private bool MayDeletePlatform => MayDelete && Loaded is { IsPublishedHere: false } or { Version.Proof.KeyFingerprint: null };

    private string? DeletedAt =>
        Loaded is { MayDelete: true } && NamespacePath.TryParse(Group, out var path) && !path.IsRoot ? path.RootName : null;

    public void Dispose()
    {
        _gone.Cancel();
        _gone.Dispose();
        _watch?.Dispose();
        _deadline?.Dispose();
    }

    protected override async Task OnParametersSetAsync()
    {
        var address = new VersionAddress(Group, Hostname, Namespace, Type, Version);
        if (_address != address || _tab != Tabs[TabIndex])
        {
            // The events are loaded only for their tab.
            bool isComplete = Loaded?.Address == address && (_address is null || Tabs[TabIndex] != ActivityTab);
            (_address, _tab) = (address, Tabs[TabIndex]);
            if (!isComplete)
            {
                Loaded = await LoadAsync(address);
            }

            Watch();
        }

        if (Loaded is { Version: null })
        {
            PageStatus.NotFound(HttpContext);
        }
    }

    private async Task<LoadedVersion> LoadAsync(VersionAddress address)
    {
        if (!NamespacePath.TryParse(address.Group, out var path)
            || !ProviderAddress.TryParseCanonical(address.Hostname, address.Namespace, address.Type, out var provider)
            || !ProviderVersion.TryParseCanonical(address.Version, out var version)
            || await user.CheckAsync(
                AccessAction.Read, path, provider, _gone.Token) is not { IsAllowed: true, Scope: { } scope } access)
        {
            return new LoadedVersion(address, 0, null, [], false);
        }

        long root = scope.RootGroupId;
        var refused = (await quarantine.FindAsync(root, provider, _gone.Token)).Where(entry => entry.Version == version);
        var damaged = await catalog.FindDamagedAsync(root, provider, version, _gone.Token);
        return new LoadedVersion(
            address,
            root,
            await stored.FindAsync(scope, provider, version, _gone.Token),
            [.. refused.Select(VersionIssue.From), .. damaged.Select(VersionIssue.From)],
            path.IsRoot ? access.May(AccessAction.ChangeMirror) : await user.MayAsync(AccessAction.ChangeMirror, path.RootName))
        {
            IsPublishedHere = hostnames.IsOwn(provider.Hostname),
            Deprecation = (await deprecations.FindAsync(root, provider, _gone.Token)).Of(version),
            MayUnpublish = path.IsRoot && access.May(AccessAction.ManageSettings),
            Events = _tab == ActivityTab ? await FindEventsAsync(path, provider, version) : null,
        };
    }

    private async Task<IReadOnlyList<AuditEvent>?> FindEventsAsync(NamespacePath path, ProviderAddress provider, ProviderVersion version) =>
        await user.CheckAsync(AccessAction.ManageSettings, path.RootName, _gone.Token) is { IsAllowed: true, Scope: { } root }
            ? (await audit.ListAsync(
                new AuditQuery(root) { Provider = provider, Version = version, Take = MaxEvents }, _gone.Token)).Items
            : null;

    private void Watch()
    {
        _watch?.Dispose();
        _watch = null;
        if (RendererInfo.IsInteractive && Loaded is { Version: { } shown } loaded)
        {
            _watch = new CatalogWatch(
                changes, policyChanges, time, loaded.RootGroupId, shown.Provider, () => _ = InvokeAsync(RefreshAsync));
            _deadline ??= new Deadline(time, () => _ = InvokeAsync(RefreshAsync));
            _deadline.Set(shown.BlockedBy?.Until);
        }
    }

    private async Task RefreshAsync()
    {
        if (!_gone.IsCancellationRequested && _address is not null)
        {
            Loaded = await LoadAsync(_address);
            _deadline?.Set(Loaded.Version?.BlockedBy?.Until);
            StateHasChanged();
        }
    }

    // The names are plain; an address may contain other characters, which the current URL already escapes.
    private string UrlOf(PackageDetails? package)
    {
        string path = new Uri(navigation.Uri).AbsolutePath;
        return package is null ? path : $"{path}?platform={package.Platform}";
    }

    private void OpenTab(int index)
    {
        if (index != TabIndex)
        {
            string path = new Uri(navigation.Uri).AbsolutePath;
            navigation.NavigateTo(index == 0 ? path : $"{path}?tab={Tabs[index]}");
        }
    }

    private async Task RefreshDocumentsAsync()
    {
        var (loaded, provider) = (Loaded!, Loaded!.Version!.Provider);
        var access = await user.AuthorizeAsync(AccessAction.ChangeMirror, loaded.RootGroupId);
        if (access is { IsAllowed: true, Scope: { } scope })
        {
            await refresh.InvalidateAsync(scope, provider, access.Subject.Principal, _gone.Token);
        }

        notifications.Show(access.IsAllowed
            ? new Notification(Texts.Refreshed.With(provider.Display), false)
            : new Notification(Texts.NotRefreshed, true));
        await RefreshAsync();
    }

    private async Task SetDeprecationAsync(ProviderVersion? version, NewDeprecation? wanted)
    {
        notifications.Show(await deprecation.MakeAsync(Loaded!.RootGroupId, Loaded.Version!.Provider, version, wanted));
        await RefreshAsync();
    }

    private async Task DeleteVersionAsync()
    {
        if (Loaded?.Version is not { } shown || !await ConfirmAsync(
            Loaded.IsPublishedHere ? Texts.Unpublish : Texts.DeleteMirror,
            Loaded.IsPublishedHere ? MirrorDeletion.OfPublished(shown) : MirrorDeletion.OfVersion(shown)))
        {
            return;
        }

        var deleted = await DeleteAsync((root, by) => writer.DeleteVersionAsync(root, shown.Provider, shown.Version, by, _gone.Token));
        notifications.Show(Describe(deleted, MirrorDeletion.NameOf(shown)));
        if (deleted is not null)
        {
            navigation.NavigateTo(Urls.ProviderMirrors(Group));
        }
        else
        {
            await RefreshAsync();
        }
    }

    private async Task DeletePackageAsync(PackageDetails package)
    {
        if (Loaded?.Version is { } shown
            && await ConfirmAsync(Texts.DeletePlatform.With(package.Platform.Display), MirrorDeletion.OfPackage(shown, package)))
        {
            var deleted = await DeleteAsync(
                async (root, by) => await writer.DeletePackageAsync(
                    root, shown.Provider, shown.Version, package.Platform, by, _gone.Token) == PackageDeletion.Deleted);
            notifications.Show(Describe(deleted, package.Platform.Display));
            await RefreshAsync();
        }
    }

    private Task<bool> ConfirmAsync(string title, DeletionText text) => ConfirmDeletion.AskAsync(dialogs, title, title, text);

    /// <returns>Null if the user has no permission.</returns>
    private async Task<bool?> DeleteAsync(Func<long, Principal, Task<bool>> delete)
    {
        long root = Loaded!.RootGroupId;
        var access = await user.AuthorizeAsync(Loaded.IsPublishedHere ? AccessAction.ManageSettings : AccessAction.ChangeMirror, root);
        return access.IsAllowed ? await delete(root, access.Subject.Principal) : null;
    }

    private static Notification Describe(bool? deleted, string what) => deleted switch
    {
        true => new Notification(Texts.Deleted.With(what), false),
        false => new Notification(Texts.AlreadyDeleted.With(what), false),
        null => new Notification(Texts.NotDeleted, true),
    };
}
