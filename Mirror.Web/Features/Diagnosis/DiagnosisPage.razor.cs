using System.Globalization;
using Microsoft.AspNetCore.Components;
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
    private string _version = "";
    private string _platform = "";
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
            (_version, _platform) = (VersionQuery ?? "", PlatformQuery ?? "");
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

    private static string Count(int number, string what, bool plural = true) =>
        string.Create(CultureInfo.InvariantCulture, $"{number:N0} {what}{(plural && number != 1 ? "s" : "")}");

    private static string Tone(Verdict verdict) => verdict.Works switch { true => "good", false => "danger", null => "neutral" };

    private static string VerdictIcon(Verdict verdict) => verdict.Works switch { true => "check", false => "warning", null => "clock" };

    private static string ModeText(UpstreamMode mode) => mode switch
    {
        UpstreamMode.Online => "Online: stale documents wait for the origin",
        UpstreamMode.Offline => "Offline: the origin is never queried",
        _ => "Fallback: stored versions are served while the origin fails",
    };

    private static string CachingText(OriginFacts origin) => (origin.AutomaticCaching, origin.AutomaticCachingFrom) switch
    {
        (true, { } from) => $"on, set on {from}",
        (false, { } from) => $"off, set on {from}: only stored packages are served",
        _ => "off by default: only stored packages are served",
    };

    private static string KeyText(SeenSigningKey key) =>
        $"{(key.Pinned ? "pinned" : "not pinned")}{(key.Expired ? ", expired" : "")}, first seen";

    private static string CheckText(OriginCheck check) => (check.Failure, check.Took > TimeSpan.Zero) switch
    {
        (null, true) => string.Create(CultureInfo.InvariantCulture, $"answered in {check.Took.TotalMilliseconds:N0} ms"),
        (null, false) => "answered recently",
        ({ Kind: FailureKind.NotFound }, _) => "reachable, does not have it",
        (_, true) => string.Create(CultureInfo.InvariantCulture, $"failed after {check.Took.TotalMilliseconds:N0} ms"),
        _ => "failed recently",
    };

    private static string OriginText(VersionFacts version, bool isListKnown) => version switch
    {
        _ when !isListKnown => "unknown",
        { AtOrigin: false } => "not listed",
        { OriginPlatforms.Count: 0 } => "listed",
        { OriginPlatforms.Count: 1 } => version.OriginPlatforms[0].Display,
        _ => Count(version.OriginPlatforms.Count, "platform"),
    };

    private static string Names(IEnumerable<Platform> platforms) => string.Join(", ", platforms.Select(platform => platform.Display));

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

    private void Ask() => navigation.NavigateTo(UrlOf(_version.Trim(), _platform.Trim().Replace('/', '_'), 1));

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
