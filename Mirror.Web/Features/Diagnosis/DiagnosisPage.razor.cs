using System.Globalization;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Configuration;
using Mirror.Core.Database;
using Mirror.Core.Diagnosis;
using Mirror.Core.Policy;
using Mirror.Core.Verification;
using Mirror.Web.Http;
using Mirror.Web.Ui;
using Mirror.Web.Ui.Layout;
using Mirror.Web.Ui.Widgets;
using MudBlazor;

namespace Mirror.Web.Features.Diagnosis;

/// <summary>A provider, and why init succeeds or fails for it. The URL holds the page's state.</summary>
public sealed partial class DiagnosisPage(
    DiagnosisLoader loader,
    CatalogChanges changes,
    PolicyChanges policyChanges,
    NamespaceDirectory namespaces,
    TimeProvider time,
    NavigationManager navigation) : ComponentBase, IDisposable
{
    private readonly CancellationTokenSource _gone = new();
    private CatalogWatch? _watch;
    private DiagnosisAddress? _address;
    private OriginCheck? _check;
    private string? _version;
    private string? _platform;
    private bool _checking;

    [Parameter]
    public string Group { get; set; } = "";

    [Parameter]
    public string Hostname { get; set; } = "";

    [Parameter]
    public string Namespace { get; set; } = "";

    [Parameter]
    public string Type { get; set; } = "";

    [SupplyParameterFromQuery(Name = "version")]
    private string? VersionQuery { get; set; }

    [SupplyParameterFromQuery(Name = "platform")]
    private string? PlatformQuery { get; set; }

    [SupplyParameterFromQuery(Name = "page")]
    private string? PageQuery { get; set; }

    [CascadingParameter]
    private HttpContext? HttpContext { get; set; }

    /// <summary>Passed from the prerendered page to the circuit, so that both render the same.</summary>
    [PersistentState]
    public LoadedDiagnosis? Loaded { get; set; }

    /// <summary>The text for the versions of an origin without a list of them.</summary>
    private string NotListed => Loaded?.Diagnosis?.Facts.Origin.AskedAt is null ? Texts.NotAsked : Ui.Texts.Unknown;

    private string RootGroup => Group.Split('/')[0];

    private string Path => ProviderAddress.TryParseCanonical(
        Hostname, Namespace, Type, out var provider) ? Urls.Provider(Group, provider) : "";

    public void Dispose()
    {
        _gone.Cancel();
        _gone.Dispose();
        _watch?.Dispose();
    }

    protected override async Task OnParametersSetAsync()
    {
        var address = new DiagnosisAddress(Group, Hostname, Namespace, Type, VersionQuery, PlatformQuery, Urls.PageNumber(PageQuery));
        if (_address != address)
        {
            bool other = _address is null
                || _address with { Version = address.Version, Platform = address.Platform, Page = address.Page } != address;
            _address = address;
            (_version, _platform) = (VersionQuery, PlatformQuery);
            if (Loaded?.Address != address)
            {
                Loaded = await loader.LoadAsync(address, _gone.Token);
            }

            if (other)
            {
                _check = null;
                await WatchAsync();
            }
        }

        if (Loaded is { Diagnosis: null })
        {
            PageStatus.NotFound(HttpContext);
        }
    }

    private static string Number(int number) => number.ToString("N0", CultureInfo.InvariantCulture);

    private static Dictionary<string, object> Labelled(string id) => new() { ["aria-labelledby"] = id };

    /// <summary>The suggestions that contain what was typed. If it is one of them, it is the first, which Enter chooses, of all.</summary>
    internal static Task<IEnumerable<string>> Find(IReadOnlyList<string> suggestions, string? typed) => Task.FromResult(
        string.IsNullOrWhiteSpace(typed) ? suggestions
        : suggestions.Contains(typed.Trim()) ? suggestions.OrderByDescending(item => item == typed.Trim())
        : suggestions.Where(item => item.Contains(typed.Trim(), StringComparison.OrdinalIgnoreCase)));

    private static Severity SeverityOf(Verdict verdict) =>
        verdict.Works switch { true => Severity.Success, false => Severity.Error, null => Severity.Info };

    private static string ModeText(UpstreamMode mode) => mode switch
    {
        UpstreamMode.Online => Texts.ModeOnline,
        UpstreamMode.Offline => Texts.ModeOffline,
        _ => Texts.ModeFallback,
    };

    private static string CachingText(OriginFacts origin) => (origin.AutomaticCaching, origin.AutomaticCachingFrom) switch
    {
        (true, { } from) => Texts.CachingOn.With(from),
        (false, { } from) => Texts.CachingOff.With(from),
        _ => Texts.CachingOffByDefault,
    };

    private static string KeyText(SeenSigningKey key) => (key.Pinned, key.Expired) switch
    {
        (true, false) => Texts.Pinned,
        (true, true) => Texts.PinnedExpired,
        (false, false) => Texts.NotPinned,
        (false, true) => Texts.NotPinnedExpired,
    };

    private static string CheckText(OriginCheck check) => (check.Failure, check.Took > TimeSpan.Zero) switch
    {
        (null, true) => Texts.AnsweredIn.With(Milliseconds(check)),
        (null, false) => Texts.AnsweredRecently,
        ({ Kind: FailureKind.NotFound }, _) => Texts.WithoutProvider,
        (_, true) => Texts.FailedAfter.With(Milliseconds(check)),
        _ => Texts.FailedRecently,
    };

    private static string Milliseconds(OriginCheck check) => check.Took.TotalMilliseconds.ToString("N0", CultureInfo.InvariantCulture);

    private static string PlatformsText(IReadOnlyList<Platform> platforms) =>
        platforms.Count == 1 ? platforms[0].Display : TextFormat.Count(platforms.Count, "", Texts.SeveralPlatforms);

    private static string Names(IEnumerable<Platform> platforms) => string.Join(", ", platforms.Select(platform => platform.Display));

    private string OriginText(VersionFacts version, bool isListKnown) => version switch
    {
        _ when !isListKnown => NotListed,
        { AtOrigin: false } => Texts.NotListed,
        { OriginPlatforms.Count: 0 } => Texts.Listed,
        _ => PlatformsText(version.OriginPlatforms),
    };

    /// <summary>Why a version is not served; null if nothing is known to prevent it.</summary>
    private (Color Color, string Word, string Reason)? RemarkOn(VersionFacts version) =>
        version.HiddenBecause is { } hidden ? (Color.Warning, version.RevokedKey is null ? Texts.Hidden : Texts.Withheld, hidden)
        : Loaded?.Diagnosis?.Facts.Quarantine.FirstOrDefault(entry => entry.Version == version.Version) is { } entry
            ? (Color.Error, Texts.Refused, entry.Reason)
        : null;

    /// <summary>The page on which the advice of a verdict is followed; null if there is none.</summary>
    private (string Text, string Url)? Remedy(Verdict verdict) => verdict.Cause switch
    {
        VerdictCause.PolicyHides => (Texts.PolicyOf.With(RootGroup), Urls.Policy(RootGroup)),
        VerdictCause.KeyRevoked when Loaded?.Diagnosis?.Facts.Provider is { } withheld =>
            (Texts.SigningKeysOf.With(withheld.Namespace), Urls.SigningKeys(RootGroup, withheld.Namespace)),
        VerdictCause.CachingOff => (Texts.SettingsOf.With(Group), Urls.Settings(Group)),
        VerdictCause.Quarantined => (Texts.TrustedKeysOf.With(RootGroup), Urls.TrustedKeys(RootGroup)),
        VerdictCause.Stored or VerdictCause.Fetchable => (Texts.UseThisMirror, Urls.UseThisMirror(Group)),
        _ => null,
    };

    private async Task WatchAsync()
    {
        _watch?.Dispose();
        _watch = null;
        if (RendererInfo.IsInteractive && Loaded?.Diagnosis is { } shown && NamespacePath.TryParse(Group, out var path)
            && await namespaces.FindAsync(path, _gone.Token) is { } scope)
        {
            _watch = new CatalogWatch(
                changes, policyChanges, time, scope.RootGroupId, shown.Facts.Provider, () => _ = InvokeAsync(RefreshAsync));
        }
    }

    private async Task RefreshAsync()
    {
        if (!_gone.IsCancellationRequested && _address is { } address)
        {
            Loaded = await loader.LoadAsync(address, _gone.Token);
            StateHasChanged();
        }
    }

    private async Task CheckAsync()
    {
        _checking = true;
        try
        {
            _check = await loader.CheckAsync(_address!, _gone.Token);
        }
        finally
        {
            _checking = false;
        }

        await RefreshAsync();
    }

    private void Ask()
    {
        string url = UrlOf(_version?.Trim(), _platform?.Trim().Replace('/', '_'), 1);
        if (url != navigation.ToBaseRelativePath(navigation.Uri))
        {
            navigation.NavigateTo(url);
        }
    }

    /// <summary>Enter that chooses from an open list does not submit the form.</summary>
    private void AskOnEnter(KeyboardEventArgs key)
    {
        if (key.Key == "Enter")
        {
            Ask();
        }
    }

    private string UrlOf(string? version, string? platform, int page)
    {
        List<string> query =
        [
            .. string.IsNullOrEmpty(version) ? Array.Empty<string>() : [$"version={Uri.EscapeDataString(version)}"],
            .. string.IsNullOrEmpty(platform) ? Array.Empty<string>() : [$"platform={Uri.EscapeDataString(platform)}"],
            .. page == 1 ? Array.Empty<string>() : [string.Create(CultureInfo.InvariantCulture, $"page={page}")],
        ];
        return query.Count == 0 ? Path : $"{Path}?{string.Join('&', query)}";
    }
}
