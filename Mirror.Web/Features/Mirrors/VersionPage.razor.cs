using System.Globalization;
using Microsoft.AspNetCore.Components;
using Mirror.Core.Access;
using Mirror.Core.Addresses;
using Mirror.Core.Configuration;
using Mirror.Core.Database;
using Mirror.Web.Http;
using Mirror.Web.Ui;
using Mirror.Web.Ui.Layout;
using Mirror.Web.Ui.Widgets;
using Radzen;

namespace Mirror.Web.Features.Mirrors;

/// <summary>One stored version: its packages, what proves it, what to paste; and for who may, deleting it.</summary>
public sealed partial class VersionPage(
    VersionLoader loader, MirrorDeletion deletion, CurrentUser user, CatalogChanges changes, TimeProvider time, NavigationManager navigation, DialogService dialogs, Notices notices) : ComponentBase, IDisposable
{
    private readonly CancellationTokenSource _gone = new();
    private CatalogWatch? _watch;
    private VersionAddress? _address;
    private bool _mayDelete;
    private string? _deletedAt;
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

    /// <summary>Whose details are open, <c>os_arch</c>.</summary>
    [SupplyParameterFromQuery(Name = "platform")]
    private string? PlatformQuery { get; set; }

    [CascadingParameter]
    private HttpContext? HttpContext { get; set; }

    /// <summary>Handed from the prerendered page to the circuit, whose first picture is therefore the same.</summary>
    [PersistentState]
    public LoadedVersion? Loaded { get; set; }

    private ShownPackage? Chosen => Loaded?.Version?.Packages.FirstOrDefault(package => package.Platform == PlatformQuery);

    private string AddressText => ProviderAddress.TryParseCanonical(Hostname, Namespace, Type, out var provider) ? provider.Display : $"{Hostname}/{Namespace}/{Type}";

    private string ProviderUrl => ProviderAddress.TryParseCanonical(Hostname, Namespace, Type, out var provider)
        ? Urls.Provider(Group, provider)
        : new VersionListState(AddressText).ToUrl(Urls.ProviderMirrors(Group));

    private string PlatformCount => Loaded?.Version is not { Packages.Count: > 0 } shown
        ? "nothing"
        : string.Create(CultureInfo.InvariantCulture, $"{shown.Packages.Count} {(shown.Packages.Count == 1 ? "platform" : "platforms")}, {Quantity.FormatSize(shown.Size)}");

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
            await FindOutWhatMayBeDeletedAsync();
            if (Loaded?.Address != address)
            {
                Loaded = await loader.LoadAsync(address, _gone.Token);
            }

            Watch();
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
            // The button that had the focus went with its platform.
            _chipGone = false;
            await _platforms.FocusAsync();
        }
    }

    /// <summary>What is mirrored belongs to root groups and is deleted there only.</summary>
    private async Task FindOutWhatMayBeDeletedAsync()
    {
        bool isRoot = Urls.TryParseGroup(Group, out var path) && path.IsRoot;
        bool may = path is not null && await user.MayAsync(AccessAction.ChangeMirror, path.RootName);
        (_mayDelete, _deletedAt) = (may && isRoot, may && !isRoot ? path!.RootName : null);
    }

    private void Watch()
    {
        _watch?.Dispose();
        _watch = null;
        if (RendererInfo.IsInteractive && Loaded?.Version is { } shown)
        {
            _watch = new CatalogWatch(changes, time, shown.RootGroupId, ProviderAddress.Parse(shown.Provider), () => _ = InvokeAsync(RefreshAsync));
        }
    }

    private async Task RefreshAsync()
    {
        if (!_gone.IsCancellationRequested && _address is not null)
        {
            Loaded = await loader.LoadAsync(_address, _gone.Token);
            StateHasChanged();
        }
    }

    // The names are plain; an address may hold other letters, which the current URL has escaped already.
    private string UrlOf(ShownPackage? package)
    {
        string path = new Uri(navigation.Uri).AbsolutePath;
        return package is null ? path : $"{path}?platform={package.Platform}";
    }

    private async Task DeleteVersionAsync()
    {
        if (Loaded?.Version is not { } shown || !await ConfirmAsync("Delete Mirror", DeletionText.OfVersion(AddressText, shown)))
        {
            return;
        }

        string what = $"{AddressText} {shown.Version}";
        var outcome = await deletion.DeleteVersionAsync(shown, _gone.Token);
        notices.Leave(Describe(outcome, what));
        if (outcome == DeletionOutcome.Refused)
        {
            await FindOutWhatMayBeDeletedAsync();
        }
        else
        {
            navigation.NavigateTo(Urls.ProviderMirrors(Group));
        }
    }

    private async Task DeletePackageAsync(ShownPackage package)
    {
        if (Loaded?.Version is { } shown && await ConfirmAsync($"Delete {package.Name}", DeletionText.OfPackage(AddressText, shown, package)))
        {
            notices.Leave(Describe(await deletion.DeletePackageAsync(shown, package, _gone.Token), package.Name));
            await FindOutWhatMayBeDeletedAsync();
            _chipGone = true;
            await RefreshAsync();
        }
    }

    private Task<bool> ConfirmAsync(string title, DeletionText text) => ConfirmDeletion.AskAsync(dialogs, title, title, text);

    private static Notice Describe(DeletionOutcome outcome, string what) => outcome switch
    {
        DeletionOutcome.Deleted => new Notice($"Deleted {what}.", false),
        DeletionOutcome.AlreadyGone => new Notice($"{what} had been deleted already.", false),
        _ => new Notice("Nothing was deleted: your session has ended. Sign in again.", true),
    };
}
