using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Forms;
using Mirror.Core.Access;
using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Fetching;
using Mirror.Core.Fetching.Documents;
using Mirror.Core.Sync;
using Mirror.Web.Http;
using Mirror.Web.Ui.Widgets;
using MudBlazor;

namespace Mirror.Web.Features.Syncs;

/// <summary>The dialog to sync packages: shows matching versions at the origin, starts the sync and shows its progress.</summary>
public sealed partial class SyncDialog(
    SyncService syncs, ProviderMirror mirror, StoredVersions stored, CatalogReader catalog, CurrentUser user, TimeProvider time)
    : ComponentBase, IDisposable
{
    /// <summary>The pause in typing after which the origin is queried: every prefix of an address may be an address.</summary>
    public static readonly TimeSpan FindDelay = TimeSpan.FromMilliseconds(400);

    private const int MaxProviders = 20;

    // Beyond this, looking up the stored packages takes too long.
    private const int MaxLookedUp = 50;

    private readonly SyncForm _form = new();
    private readonly CancellationTokenSource _gone = new();
    private Debouncer? _typing;
    private ProviderAddress? _sought;
    private string? _failure;
    private long? _started;
    private SyncPreview? _preview;
    private MudAutocomplete<string>? _first;
    private bool _fileReady;
    private bool _finding;
    private bool _tried;
    private bool _starting;
    private bool _refused;

    /// <summary>As in the page's URL.</summary>
    [Parameter, EditorRequired]
    public required string Group { get; set; }

    [CascadingParameter]
    private IMudDialogInstance Dialog { get; set; } = null!;

    private string LockedText => (_form.Locked.Count == 1 ? Texts.LockedProvider : Texts.LockedProviders)
        .With(_form.LockFileName, SyncRequestText.Number(_form.Locked.Count));

    private bool FromLockFile
    {
        get => _form.FromLockFile;
        set
        {
            _form.FromLockFile = value;
            _fileReady = _tried = _refused = false;
        }
    }

    public void Dispose()
    {
        _gone.Cancel();
        _gone.Dispose();
        _typing?.Dispose();
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender && _first is not null)
        {
            // Immediately: until the focus is in the dialog, keys still go to the button that opened it.
            await _first.FocusAsync();
        }

        if (FromLockFile && !_fileReady)
        {
            // A file chosen before the browser handles the field's events would be lost silently. The field, which is rendered in the same
            // batch, connects them before this continues.
            await Task.Yield();
            _fileReady = true;
            StateHasChanged();
        }
    }

    private static string OfferedText(OfferedVersions offered) => (offered.Versions.Count() == 1 ? Texts.OfferedVersion : Texts.OfferedVersions)
        .With(SyncRequestText.Number(offered.Versions.Count()), offered.Provider.Hostname.Display);

    private static string PreviewText(SyncPreview preview)
    {
        string versions = preview.Versions.Count == 1
            ? preview.Versions[0].Version.Value
            : Texts.PreviewVersions.With(SyncRequestText.Number(preview.Versions.Count));
        string packages = (preview.Packages == 1 ? Texts.PreviewOne : Texts.PreviewMany)
            .With(SyncRequestText.Number(preview.Packages), versions);
        return preview.Stored is > 0 and int stored ? $"{packages}, {Texts.PreviewStored.With(SyncRequestText.Number(stored))}" : packages;
    }

    /// <summary>The providers of the root group that contain the text.</summary>
    private async Task<IEnumerable<string>> FindProvidersAsync(string? entered, CancellationToken cancellationToken)
    {
        if (await user.CheckAsync(AccessAction.ChangeMirror, Group, cancellationToken) is not { IsAllowed: true, Scope: { } scope } access
            || !SearchText.TryParse(entered ?? "", out var words, out _))
        {
            return [];
        }

        var found = await stored.SearchProvidersAsync(
            scope, new VersionQuery(words, Take: MaxProviders, Anonymous: !access.SeesProtected), cancellationToken);
        return found.Items.Select(provider => provider.Provider.Display);
    }

    private Task<IEnumerable<string>> FindVersionsAsync(string? entered, CancellationToken cancellationToken) =>
        Task.FromResult<IEnumerable<string>>(_form.SuggestVersions(entered));

    private void EnterProvider(string? provider)
    {
        if (_form.Provider != (provider ?? ""))
        {
            _form.Provider = provider ?? "";
            FindSoon();
        }
    }

    private async Task EnterVersionsAsync(string? versions)
    {
        _form.Versions = versions ?? "";
        await PreviewAsync();
    }

    private async Task ChoosePlatformsAsync(IReadOnlyCollection<Platform>? platforms)
    {
        _form.Choose(platforms ?? []);
        await PreviewAsync();
    }

    /// <summary>Shows what would be fetched, and how much of it is stored.</summary>
    private async Task PreviewAsync()
    {
        _preview = _form.Preview();
        if (_preview is not { Versions.Count: > 0 and <= MaxLookedUp } preview || _form.Address is not { } address
            || await user.CheckAsync(AccessAction.ChangeMirror, Group, _gone.Token) is not { IsAllowed: true, Scope: { } scope })
        {
            return;
        }

        int known = 0;
        foreach (var (version, platforms) in preview.Versions)
        {
            var details = await catalog.FindVersionAsync(scope.RootGroupId, address, version, _gone.Token);
            known += details?.Platforms.Count(package => platforms.Contains(package.Platform)) ?? 0;
        }

        if (ReferenceEquals(_preview, preview))
        {
            _preview = preview with { Stored = known };
        }
    }

    private void FindSoon()
    {
        _form.Offered = null;
        _preview = null;
        _failure = null;
        _finding = false;
        _typing ??= new Debouncer(time, FindDelay, () => _ = InvokeAsync(FindAsync));
        _typing.Postpone();
    }

    private async Task FindAsync()
    {
        if (_gone.IsCancellationRequested || _form.Address is not { } address)
        {
            return;
        }

        (_sought, _finding) = (address, true);
        StateHasChanged();
        try
        {
            var found = await FindVersionsAsync(address);
            if (_sought == address && _form.Address == address)
            {
                _form.Offered = found.TryGet(out var offered) ? offered : null;
                _failure = found.Failure?.Message;
                _finding = false;
                await PreviewAsync();
                StateHasChanged();
            }
        }
        catch (OperationCanceledException)
        {
            // The dialog was closed.
        }
    }

    /// <summary>The versions that a sync could fetch; queries the origin as for a client.</summary>
    private async Task<Outcome<OfferedVersions>> FindVersionsAsync(ProviderAddress provider) =>
        await user.CheckAsync(AccessAction.ChangeMirror, Group, _gone.Token) is { IsAllowed: true, Scope: { } scope }
            ? await mirror.GetCurrentVersionsAsync(scope with { AutomaticCaching = true }, provider, _gone.Token)
            : new Failure(FailureKind.NotFound, Texts.NoPermission);

    private async Task ReadLockFileAsync(IBrowserFile? file)
    {
        if (file is null)
        {
            return;
        }

        if (file.Size > SyncForm.MaxLockFileSize)
        {
            _form.RefuseLockFile(file.Name, Texts.LockFileTooLarge.With(file.Name));
            return;
        }

        using var content = new MemoryStream();
        await using (var stream = file.OpenReadStream(SyncForm.MaxLockFileSize, _gone.Token))
        {
            await stream.CopyToAsync(content, _gone.Token);
        }

        _form.ReadLockFile(file.Name, content.GetBuffer().AsSpan(0, (int)content.Length));
    }

    private async Task StartAsync()
    {
        _tried = true;
        if (!_form.IsComplete)
        {
            if (_form.FromLockFile && _form.LockFileProblem is null)
            {
                _form.RefuseLockFile("", Texts.ChooseLockFile);
            }

            return;
        }

        _starting = true;
        if (await user.AuthorizeAsync(AccessAction.ChangeMirror, Group) is { IsAllowed: true, Scope: { } scope } access)
        {
            _started = (await syncs.StartAsync(scope, _form.ToRequest(), access.Subject.Principal, _gone.Token)).Id;
        }

        _starting = false;
        _refused = _started is null;
    }
}
