using System.Globalization;
using Microsoft.AspNetCore.Components;
using Mirror.Core.Access;
using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Configuration;
using Mirror.Core.Database;
using Mirror.Core.Fetching;
using Mirror.Core.Fetching.Proofs;
using Mirror.Core.Policy;
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
    VersionAddress Address, long RootGroupId, VersionDetails? Version, IReadOnlyList<VersionIssue> Issues, bool MayDelete);

/// <summary>One stored version: its packages, its proof, configuration to copy, and deletion.</summary>
public sealed partial class VersionPage(
    CatalogReader catalog, StoredVersions stored, CatalogWriter writer, Quarantine quarantine, CurrentUser user,
    CatalogChanges changes, PolicyChanges policyChanges, TimeProvider time,
    NavigationManager navigation, IDialogService dialogs, Notifications notifications) : ComponentBase, IDisposable
{
    private readonly CancellationTokenSource _gone = new();
    private CatalogWatch? _watch;
    private VersionAddress? _address;
    private bool _chipGone;
    private ElementReference _platforms;

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

    private string PlatformCount => Loaded?.Version is not { Platforms.Count: > 0 } shown
        ? "nothing"
        : string.Create(
            CultureInfo.InvariantCulture,
            $"{shown.Platforms.Count} {(shown.Platforms.Count == 1 ? "platform" : "platforms")}, {Quantity.FormatSize(shown.Size)}");

    // Versions belong to root groups and are deleted only there.
    private bool MayDelete => Loaded is { MayDelete: true } && NamespacePath.TryParse(Group, out var path) && path.IsRoot;

    private string? DeletedAt =>
        Loaded is { MayDelete: true } && NamespacePath.TryParse(Group, out var path) && !path.IsRoot ? path.RootName : null;

    public void Dispose()
    {
        _gone.Cancel();
        _gone.Dispose();
        _watch?.Dispose();
    }

    protected override async Task OnParametersSetAsync()
    {
        var address = new VersionAddress(Group, Hostname, Namespace, Type, Version);
        if (_address != address)
        {
            _address = address;
            if (Loaded?.Address != address)
            {
                Loaded = await LoadAsync(address);
            }

            Watch();
        }
        else if (Loaded?.Version?.BlockedBy?.Until <= Now)
        {
            // It is old enough by now.
            Loaded = await LoadAsync(address);
        }

        if (Loaded is { Version: null })
        {
            PageStatus.NotFound(HttpContext);
        }
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (_chipGone)
        {
            // The focused button was removed with its platform.
            _chipGone = false;
            await _platforms.FocusAsync();
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
            path.IsRoot ? access.May(AccessAction.ChangeMirror) : await user.MayAsync(AccessAction.ChangeMirror, path.RootName));
    }

    private void Watch()
    {
        _watch?.Dispose();
        _watch = null;
        if (RendererInfo.IsInteractive && Loaded is { Version: { } shown } loaded)
        {
            _watch = new CatalogWatch(
                changes, policyChanges, time, loaded.RootGroupId, shown.Provider, () => _ = InvokeAsync(RefreshAsync));
        }
    }

    private async Task RefreshAsync()
    {
        if (!_gone.IsCancellationRequested && _address is not null)
        {
            Loaded = await LoadAsync(_address);
            StateHasChanged();
        }
    }

    // The names are plain; an address may contain other characters, which the current URL already escapes.
    private string UrlOf(PackageDetails? package)
    {
        string path = new Uri(navigation.Uri).AbsolutePath;
        return package is null ? path : $"{path}?platform={package.Platform}";
    }

    private async Task DeleteVersionAsync()
    {
        if (Loaded?.Version is not { } shown || !await ConfirmAsync("Delete Mirror", MirrorDeletion.OfVersion(shown)))
        {
            return;
        }

        string what = $"{AddressText} {shown.Version}";
        var deleted = await DeleteAsync((root, by) => writer.DeleteVersionAsync(root, shown.Provider, shown.Version, by, _gone.Token));
        notifications.Show(Describe(deleted, what));
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
            && await ConfirmAsync($"Delete {package.Platform.Display}", MirrorDeletion.OfPackage(shown, package)))
        {
            var deleted = await DeleteAsync(
                (root, by) => writer.DeletePackageAsync(root, shown.Provider, shown.Version, package.Platform, by, _gone.Token));
            notifications.Show(Describe(deleted, package.Platform.Display));
            _chipGone = true;
            await RefreshAsync();
        }
    }

    private Task<bool> ConfirmAsync(string title, DeletionText text) => ConfirmDeletion.AskAsync(dialogs, title, title, text);

    /// <returns>Null if the user has no permission.</returns>
    private async Task<bool?> DeleteAsync(Func<long, Principal, Task<bool>> delete)
    {
        long root = Loaded!.RootGroupId;
        var access = await user.AuthorizeAsync(AccessAction.ChangeMirror, root);
        return access.IsAllowed ? await delete(root, access.Subject.Principal) : null;
    }

    private static Notification Describe(bool? deleted, string what) => deleted switch
    {
        true => new Notification($"Deleted {what}.", false),
        false => new Notification($"{what} was already deleted.", false),
        null => new Notification("Nothing was deleted: your session has ended. Sign in again.", true),
    };
}
