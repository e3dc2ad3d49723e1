using System.Globalization;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Forms;
using Mirror.Core.Access;
using Mirror.Core.Addresses;
using Mirror.Core.Fetching;
using Mirror.Core.Fetching.Documents;
using Mirror.Core.Sync;
using Mirror.Web.Http;
using Mirror.Web.Ui.Widgets;
using MudBlazor;

namespace Mirror.Web.Features.Syncs;

/// <summary>The dialog to sync packages: shows matching versions at the origin, starts the sync and shows its progress.</summary>
public sealed partial class SyncDialog(SyncService syncs, ProviderMirror mirror, CurrentUser user, TimeProvider time)
    : ComponentBase, IDisposable
{
    /// <summary>The pause in typing after which the origin is queried: every prefix of an address may be an address.</summary>
    public static readonly TimeSpan FindDelay = TimeSpan.FromMilliseconds(400);

    private readonly SyncForm _form = new();
    private readonly CancellationTokenSource _gone = new();
    private Debouncer? _typing;
    private ProviderAddress? _sought;
    private string? _failure;
    private long? _started;
    private ElementReference _first;
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

    private string LockedText =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{_form.LockFileName} locks {_form.Locked.Count:N0} {(_form.Locked.Count == 1 ? "provider" : "providers")}:");

    public void Dispose()
    {
        _gone.Cancel();
        _gone.Dispose();
        _typing?.Dispose();
    }

    // Immediately: until the focus is in the dialog, keys still go to the button that opened it.
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
        {
            await _first.FocusAsync();
        }
    }

    private static string OfferedText(OfferedVersions offered) => string.Create(
        CultureInfo.InvariantCulture,
        $"{offered.Versions.Count():N0} {(offered.Versions.Count() == 1 ? "version" : "versions")} at {offered.Provider.Hostname.Display}.");

    private void Choose(bool lockFile)
    {
        _form.FromLockFile = lockFile;
        _fileReady &= lockFile;
        _tried = _refused = false;
    }

    private void FindSoon()
    {
        _form.Offered = null;
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
            : new Failure(FailureKind.NotFound, "You no longer have permission to sync here. Sign in again.");

    private async Task ReadLockFileAsync(InputFileChangeEventArgs chosen)
    {
        var file = chosen.File;
        if (file.Size > SyncForm.MaxLockFileSize)
        {
            _form.RefuseLockFile(
                file.Name, $"{file.Name} is larger than 1 MB; choose the .terraform.lock.hcl that terraform init wrote.");
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
                _form.RefuseLockFile("", "Choose the .terraform.lock.hcl of a project.");
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
