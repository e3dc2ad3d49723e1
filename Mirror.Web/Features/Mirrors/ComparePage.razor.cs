using Microsoft.AspNetCore.Components;
using Mirror.Core.Access;
using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Database;
using Mirror.Core.Fetching;
using Mirror.Core.Policy;
using Mirror.Web.Http;
using Mirror.Web.Ui;
using Mirror.Web.Ui.Layout;

namespace Mirror.Web.Features.Mirrors;

/// <summary>Which versions the URL of the page names, unparsed.</summary>
public sealed record ComparedAddress(string Group, string Hostname, string Namespace, string Type, string? From, string? To);

/// <summary>The content of the page.</summary>
/// <param name="Versions">The stored versions, newest first; empty if the user may read none.</param>
/// <param name="From">Null if fewer than two versions are stored.</param>
public sealed record LoadedComparison(
    ComparedAddress Address, long RootGroupId, IReadOnlyList<ProviderVersion> Versions, VersionDetails? From, VersionDetails? To)
{
    [System.Text.Json.Serialization.JsonIgnore]
    public VersionComparison? Comparison => From is { } from && To is { } to ? new(from, to) : null;
}

/// <summary>The differences between two stored versions of a provider, which the URL names.</summary>
public sealed partial class ComparePage(
    CatalogReader catalog, StoredVersions stored, CurrentUser user, CatalogChanges changes, PolicyChanges policyChanges, TimeProvider time,
    NavigationManager navigation) : ComponentBase, IDisposable
{
    private readonly CancellationTokenSource _gone = new();
    private CatalogWatch? _watch;

    [Parameter]
    public string Group { get; set; } = "";

    [Parameter]
    public string Hostname { get; set; } = "";

    [Parameter]
    public string Namespace { get; set; } = "";

    [Parameter]
    public string Type { get; set; } = "";

    [SupplyParameterFromQuery(Name = "from")]
    private string? FromQuery { get; set; }

    [SupplyParameterFromQuery(Name = "to")]
    private string? ToQuery { get; set; }

    [CascadingParameter]
    private HttpContext? HttpContext { get; set; }

    /// <summary>Passed from the prerendered page to the circuit, so that both render the same.</summary>
    [PersistentState]
    public LoadedComparison? Loaded { get; set; }

    private ProviderAddress? Provider => ProviderAddress.TryParseCanonical(Hostname, Namespace, Type, out var provider) ? provider : null;

    private string AddressText => Provider?.Display ?? $"{Hostname}/{Namespace}/{Type}";

    private string ProviderUrl => Urls.Provider(Group, Provider!);

    public void Dispose()
    {
        _gone.Cancel();
        _gone.Dispose();
        _watch?.Dispose();
    }

    protected override async Task OnParametersSetAsync()
    {
        var address = new ComparedAddress(Group, Hostname, Namespace, Type, FromQuery, ToQuery);
        if (Loaded?.Address != address)
        {
            Loaded = await LoadAsync(address);
        }

        if (Loaded.Versions.Count == 0)
        {
            PageStatus.NotFound(HttpContext);
        }
        else if (RendererInfo.IsInteractive)
        {
            _watch ??= new CatalogWatch(
                changes, policyChanges, time, Loaded.RootGroupId, Provider!, () => _ = InvokeAsync(RefreshAsync));
        }
    }

    private async Task<LoadedComparison> LoadAsync(ComparedAddress address)
    {
        var nothing = new LoadedComparison(address, 0, [], null, null);
        if (Provider is not { } provider
            || !NamespacePath.TryParse(address.Group, out var path)
            || await user.CheckAsync(AccessAction.Read, path, provider, _gone.Token) is not { IsAllowed: true, Scope: { } scope })
        {
            return nothing;
        }

        ProviderVersion[] versions =
            [.. (await catalog.FindVersionsAsync(scope.RootGroupId, provider, _gone.Token)).Select(version => version.Version)];
        nothing = nothing with { RootGroupId = scope.RootGroupId, Versions = versions };
        return VersionComparison.Choose(versions, address.From, address.To) is not var (from, to)
            ? nothing
            : nothing with
            {
                From = await stored.FindAsync(scope, provider, from, _gone.Token),
                To = await stored.FindAsync(scope, provider, to, _gone.Token),
            };
    }

    private async Task RefreshAsync()
    {
        if (!_gone.IsCancellationRequested && Loaded is { } shown)
        {
            Loaded = await LoadAsync(shown.Address);
            StateHasChanged();
        }
    }

    private string UrlOf(ProviderVersion from, ProviderVersion to) => Urls.Compare(Group, Provider!, from, to);

    private void Go(ProviderVersion from, ProviderVersion to) => navigation.NavigateTo(UrlOf(from, to));
}
