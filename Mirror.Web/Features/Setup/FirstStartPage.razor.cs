using System.Globalization;
using Microsoft.AspNetCore.Components;
using Mirror.Core.Access;
using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Configuration;
using Mirror.Core.Database;
using Mirror.Core.Identity;
using Mirror.Core.Sync;
using Mirror.Web.Http;
using Mirror.Web.Ui.Layout;
using Mirror.Web.Ui.Widgets;
using MudBlazor;

namespace Mirror.Web.Features.Setup;

/// <summary>The state of the steps after the first start.</summary>
/// <param name="IsPermitted">False if the user is not an administrator; nothing else is set.</param>
/// <param name="HasAdministrator">Whether a user is an administrator, so that the administrator token is not needed any more.</param>
/// <param name="AnonymousRead">Whether anyone may read the group <c>default</c>.</param>
/// <param name="IsExposed">Whether the server listens beyond this machine.</param>
/// <param name="CertificatePath">The configured certificate; null if there is none.</param>
/// <param name="AuthorityPath">The local authority that clients must trust; null with a configured certificate or without HTTPS.</param>
/// <param name="IsUsed">Whether a client has used a stored package.</param>
public sealed record FirstStartState(
    bool IsPermitted,
    bool IsOver = false,
    bool HasAdministrator = false,
    bool AnonymousRead = false,
    bool IsExposed = false,
    string? CertificatePath = null,
    string? AuthorityPath = null,
    Uri? PublicUrl = null,
    bool HasVersions = false,
    bool IsUsed = false)
{
    /// <summary>Anonymous read access is for this machine only, or off.</summary>
    public bool ReadersAreSafe => !(AnonymousRead && IsExposed);

    public bool TlsIsConfigured => CertificatePath is not null && PublicUrl is not null;
}

/// <summary>The steps after the first start, in any order; each shows whether it is done.</summary>
public sealed partial class FirstStartPage(
    FirstStart firstStart,
    CurrentUser user,
    Users users,
    NamespaceDirectory namespaces,
    CatalogSearch catalog,
    SyncService syncs,
    MirrorOptions options,
    ServerAddresses addresses,
    IDialogService dialogs,
    Notifications notifications)
{
    private const int LastStep = 4;

    private int _step;
    private string _name = "";
    private string? _nameProblem;
    private string _provider = "";
    private string? _providerProblem;
    private long? _sync;

    /// <summary>Passed from the prerendered page to the circuit, so that both render the same.</summary>
    [PersistentState]
    public FirstStartState? Loaded { get; set; }

    /// <summary>The open step, from 1.</summary>
    [SupplyParameterFromQuery(Name = "step")]
    private string? StepQuery { get; set; }

    [CascadingParameter]
    private HttpContext? HttpContext { get; set; }

    private ClientConfiguration Configuration => addresses.ConfigurationFor(NamespacePath.Default, new Uri(Navigation.BaseUri));

    private string TlsExample =>
        $"Mirror__Tls__CertificatePath=/etc/mirror/tls.pem\nMirror__Tls__KeyPath=/etc/mirror/tls.key\nMirror__PublicUrl={Loaded?.PublicUrl?.ToString() ?? "https://mirror.example.com/"}\n";

    protected override async Task OnInitializedAsync()
    {
        Loaded ??= await LoadAsync();
        _step = StepQuery is null ? FirstOpen(Loaded) : Math.Min(Urls.PageNumber(StepQuery) - 1, LastStep);
        if (!Loaded.IsPermitted)
        {
            PageStatus.Forbidden(HttpContext);
        }
    }

    private static string State(bool isDone) => isDone ? Texts.StepDone : Texts.StepOpen;

    /// <summary>The first step that is not done; the last one if all are.</summary>
    private static int FirstOpen(FirstStartState state) =>
        Array.IndexOf([state.HasAdministrator, state.ReadersAreSafe, state.TlsIsConfigured, state.HasVersions, state.IsUsed], false) is >= 0 and var open
            ? open
            : LastStep;

    private async Task<FirstStartState> LoadAsync()
    {
        if (await user.FindAdminAsync() is null
            || await namespaces.FindAsync(NamespacePath.Default, CancellationToken.None) is not { } group)
        {
            return new FirstStartState(false);
        }

        var stored = await catalog.SearchVersionsAsync(
            group.RootGroupId, new VersionQuery(Sort: VersionSort.LastUsedAt, Descending: true, Take: 1), CancellationToken.None);
        return new FirstStartState(
            true,
            await firstStart.IsOverAsync(CancellationToken.None),
            (await users.ListAsync(CancellationToken.None)).Any(found => found.Admin),
            group.AnonymousRead,
            new[] { options.Listen.Http, options.Listen.Https }.Any(url => url is not null && !ListenAddress.IsLoopback(url)),
            options.Tls.CertificatePath,
            addresses.AuthorityPath,
            options.PublicUrl,
            stored.Total > 0,
            stored.Items is [{ LastUsedAt: not null }, ..]);
    }

    private void Open(int step)
    {
        _step = step;
        Navigation.NavigateTo(Navigation.GetUriWithQueryParameter("step", (step + 1).ToString(CultureInfo.InvariantCulture)), replace: true);
    }

    private async Task CreateAdministratorAsync()
    {
        if (!UserName.TryParse(_name, out var name))
        {
            _nameProblem = Texts.AdministratorNameInvalid;
            return;
        }

        var password = NewPassword.Generate();
        var outcome = await ChangeAsync(by => users.CreateAsync(name, password, isTemporary: true, isAdmin: true, by, CancellationToken.None));
        _nameProblem = outcome == UserChange.NameTaken ? Texts.UserExists.With(name) : null;
        if (outcome == UserChange.Done)
        {
            await SecretDialog.ShowAsync(
                dialogs, Texts.PasswordOf.With(name), Texts.TemporaryPassword, password.Text, Texts.TemporaryPasswordUse);
        }
    }

    private async Task SyncAsync()
    {
        if (!ProviderAddress.TryParse(_provider.Trim(), out var provider))
        {
            _providerProblem = Texts.ProviderInvalid.With(_provider.Trim());
            return;
        }

        _providerProblem = null;
        var started = await user.ChangeAsync(
            AccessAction.ChangeMirror,
            Urls.DefaultGroup,
            (scope, by) => syncs.StartAsync(
                scope, new SyncRequest([new SyncSelection(provider, null)], []), by.Principal, CancellationToken.None));
        _sync = started.Outcome?.Id;
        if (_sync is null)
        {
            notifications.Show(new Notification(Ui.Texts.NothingChangedDenied, true));
        }
    }

    private async Task EndAsync(bool dismissed)
    {
        var ended = await ChangeAsync(async by =>
        {
            await firstStart.EndAsync(dismissed, by, CancellationToken.None);
            return true;
        });
        if (ended == true)
        {
            Navigation.NavigateTo(Urls.ProviderMirrors(Urls.DefaultGroup));
        }
    }

    /// <summary>Makes a change if the user is an administrator, regardless of what the page shows.</summary>
    private async Task<TOutcome?> ChangeAsync<TOutcome>(Func<Principal, Task<TOutcome>> change)
        where TOutcome : struct
    {
        TOutcome? outcome = await user.FindAdminAsync() is { } admin ? await change(admin.Principal) : null;
        if (outcome is null)
        {
            notifications.Show(new Notification(Ui.Texts.NothingChangedDenied, true));
        }

        Loaded = await LoadAsync();
        return outcome;
    }
}
