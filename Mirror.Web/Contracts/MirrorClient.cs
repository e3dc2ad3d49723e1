using System.Net;
using System.Net.Http.Headers;
using System.Net.Mime;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Diagnosis;
using Mirror.Core.Fetching.Documents;
using Mirror.Core.Importing;
using Mirror.Core.Jobs;
using Mirror.Core.Storage.Integrity;
using Mirror.Core.Sync;

namespace Mirror.Web.Contracts;

/// <summary>The server returned a problem document, or a response that is not from Mirror.</summary>
public sealed class MirrorApiException(HttpStatusCode status, string message) : Exception(message)
{
    public HttpStatusCode Status { get; } = status;
}

/// <summary>A client of the REST API. The <see cref="HttpClient"/> has the server's base address and the token.</summary>
public sealed partial class MirrorClient(HttpClient http)
{
    /// <summary>A header whose value is the same for all uploads of one import, so that the activity shows them as one line.</summary>
    public const string RunHeader = "Mirror-Run";

    /// <summary>A document without its required properties is not from Mirror, or from a version with other documents.</summary>
    private static readonly JsonSerializerOptions Complete = new(ApiJson.Default.Options)
    {
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    private readonly string _run = Guid.CreateVersion7().ToString("N");

    /// <summary>Whether requests cannot be read in transit: over HTTPS, or on the loopback interface.</summary>
    public bool IsPrivate => http.BaseAddress is { } url && (url.Scheme == Uri.UriSchemeHttps || url.IsLoopback);

    /// <summary>Whether the server is ready, without credentials.</summary>
    internal async Task<HealthDocument> GetHealthAsync(CancellationToken cancellationToken)
    {
        using var response = await http.GetAsync(Relative("health/ready"), cancellationToken);
        if (response.StatusCode != HttpStatusCode.ServiceUnavailable)
        {
            await EnsureSuccessAsync(response, cancellationToken);
        }

        return await ReadJsonAsync(response, ApiJson.Default.HealthDocument, cancellationToken);
    }

    public Task<ServerInfo> GetServerAsync(CancellationToken cancellationToken) =>
        GetAsync("api/v1/server", ApiJson.Default.ServerInfo, cancellationToken);

    public Task<Page<VersionSummary>> ListVersionsAsync(NamespacePath group, VersionQuery query, CancellationToken cancellationToken)
    {
        string url = FormattableString.Invariant(
            $"{GroupUrl(group)}/versions?sort={query.Sort}&descending={query.Descending}&skip={query.Skip}&take={query.Take}");
        return GetAsync(
            query.Search is { } search ? $"{url}&search={Uri.EscapeDataString(search.Text)}" : url,
            ApiJson.Default.PageVersionSummary,
            cancellationToken);
    }

    public Task<VersionDetails> GetVersionAsync(
        NamespacePath group, ProviderAddress provider, ProviderVersion version, CancellationToken cancellationToken) =>
        GetAsync(VersionUrl(group, provider, version), ApiJson.Default.VersionDetails, cancellationToken);

    /// <summary>Like <see cref="GetVersionAsync"/>, but returns null if the version is not stored.</summary>
    public async Task<VersionDetails?> FindVersionAsync(
        NamespacePath group, ProviderAddress provider, ProviderVersion version, CancellationToken cancellationToken)
    {
        using var response = await http.GetAsync(Relative(VersionUrl(group, provider, version)), cancellationToken);
        return response.StatusCode == HttpStatusCode.NotFound ? null : await ReadAsync(
            response, ApiJson.Default.VersionDetails, cancellationToken);
    }

    public Task<PlatformList> ListPlatformsAsync(
        NamespacePath group, ProviderAddress provider, ProviderVersion version, CancellationToken cancellationToken) =>
        GetAsync(VersionUrl(group, provider, version) + "/platforms", ApiJson.Default.PlatformList, cancellationToken);

    public Task DeleteVersionAsync(
        NamespacePath group, ProviderAddress provider, ProviderVersion version, CancellationToken cancellationToken) =>
        DeleteAsync(VersionUrl(group, provider, version), cancellationToken);

    public Task DeletePlatformAsync(
        NamespacePath group, ProviderAddress provider, ProviderVersion version, Platform platform, CancellationToken cancellationToken) =>
        DeleteAsync($"{VersionUrl(group, provider, version)}/platforms/{platform}", cancellationToken);

    /// <summary>Uploads the package of one platform.</summary>
    /// <param name="package">Writes the zip archive, once the server has accepted the request.</param>
    public Task<ImportedPackage> ImportPackageAsync(
        NamespacePath group, ProviderAddress provider, ProviderVersion version, Platform platform, HttpContent package,
        CancellationToken cancellationToken) =>
        ImportPackageAsync(group, provider, version, platform, package, requireProof: false, cancellationToken);

    /// <param name="requireProof">Rejects the package unless a stored proof lists it.</param>
    public async Task<ImportedPackage> ImportPackageAsync(
        NamespacePath group, ProviderAddress provider, ProviderVersion version, Platform platform, HttpContent package, bool requireProof,
        CancellationToken cancellationToken)
    {
        string url = $"{VersionUrl(group, provider, version)}/platforms/{platform}/package{(requireProof ? "?proven=true" : "")}";
        using var request = new HttpRequestMessage(HttpMethod.Put, Relative(url));
        package.Headers.ContentType = new MediaTypeHeaderValue("application/zip");
        request.Content = package;
        request.Headers.Add(RunHeader, _run);
        request.Headers.ExpectContinue = true; // A rejected package is not uploaded.
        using var response = await http.SendAsync(request, cancellationToken);
        return await ReadAsync(response, ApiJson.Default.ImportedPackage, cancellationToken);
    }

    /// <summary>Returns the proof of a version; null if the publisher's SHA256SUMS is not stored.</summary>
    public async Task<ProofBundle?> FindProofAsync(
        NamespacePath group, ProviderAddress provider, ProviderVersion version, CancellationToken cancellationToken)
    {
        using var response = await http.GetAsync(Relative(VersionUrl(group, provider, version) + "/proof"), cancellationToken);
        return response.StatusCode == HttpStatusCode.NotFound ? null : await ReadAsync(
            response, ApiJson.Default.ProofBundle, cancellationToken);
    }

    public async Task<ProofSummary> ImportProofAsync(
        NamespacePath group, ProviderAddress provider, ProviderVersion version, ProofBundle proof, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, Relative(VersionUrl(group, provider, version) + "/proof"))
        {
            Content = JsonContent.Create(proof, ApiJson.Default.ProofBundle),
        };
        request.Headers.Add(RunHeader, _run);
        using var response = await http.SendAsync(request, cancellationToken);
        return await ReadAsync(response, ApiJson.Default.ProofSummary, cancellationToken);
    }

    /// <summary>Streams the stored package of one platform.</summary>
    /// <exception cref="IOException">The connection failed, or the target cannot be written.</exception>
    public async Task ReadPackageAsync(
        NamespacePath group, ProviderAddress provider, ProviderVersion version, Platform platform, Func<Stream, Task> read,
        CancellationToken cancellationToken)
    {
        using var response = await http.GetAsync(
            Relative($"{VersionUrl(group, provider, version)}/platforms/{platform}/package"),
            HttpCompletionOption.ResponseHeadersRead,
            cancellationToken);
        await EnsureSuccessAsync(response, cancellationToken);
        await using var content = await response.Content.ReadAsStreamAsync(cancellationToken);
        await read(content);
    }

    /// <summary>Explains why <c>terraform init</c> succeeds or fails for a provider; asks the origin where that is allowed.</summary>
    public Task<ProviderDiagnosis> DiagnoseAsync(
        NamespacePath group, ProviderAddress provider, ProviderVersion? version, Platform? platform, CancellationToken cancellationToken)
    {
        string url = $"{ProviderUrl(group, provider)}/diagnosis?check=true";
        url += version is null ? "" : $"&version={Uri.EscapeDataString(version.Value)}";
        url += platform is { } on ? $"&platform={on.Value}" : "";
        return GetAsync(url, ApiJson.Default.ProviderDiagnosis, cancellationToken);
    }

    public async Task<SyncStatus> StartSyncAsync(NamespacePath group, SyncOrder order, CancellationToken cancellationToken)
    {
        using var response = await http.PostAsJsonAsync(
            Relative($"{GroupUrl(group)}/syncs"), order, ApiJson.Default.SyncOrder, cancellationToken);
        return await ReadAsync(response, ApiJson.Default.SyncStatus, cancellationToken);
    }

    public Task<SyncStatus> GetSyncAsync(NamespacePath group, long id, CancellationToken cancellationToken) =>
        GetAsync(SyncUrl(group, id), ApiJson.Default.SyncStatus, cancellationToken);

    /// <summary>Streams the status of a sync task until the task ends or the server stops.</summary>
    public async IAsyncEnumerable<SyncStatus> WatchSyncAsync(
        NamespacePath group, long id, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var response = await http.GetAsync(
            Relative(SyncUrl(group, id) + "/events"), HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        await foreach (var document in EventsAsync(response, ApiJson.Default.SyncStatus, cancellationToken))
        {
            yield return document;
        }
    }

    /// <summary>Checks everything that is stored; the last document is the complete result. Cancelling stops the check.</summary>
    public async IAsyncEnumerable<IntegrityStatus> CheckIntegrityAsync(
        bool repair, OrphanDecision orphans, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string decision = $"adopt={Flag(orphans == OrphanDecision.Adopt)}&removeOrphans={Flag(orphans == OrphanDecision.Remove)}";
        using var request = new HttpRequestMessage(HttpMethod.Post, Relative($"api/v1/integrity-checks?repair={Flag(repair)}&{decision}"));
        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        await foreach (var document in EventsAsync(response, ApiJson.Default.IntegrityStatus, cancellationToken))
        {
            yield return document;
        }
    }

    private static string Flag(bool value) => value ? "true" : "false";

    public Task CancelSyncAsync(NamespacePath group, long id, CancellationToken cancellationToken) =>
        DeleteAsync(SyncUrl(group, id), cancellationToken);

    private static async IAsyncEnumerable<T> EventsAsync<T>(
        HttpResponseMessage response, JsonTypeInfo<T> type, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await EnsureSuccessAsync(response, cancellationToken);
        if (response.Content.Headers.ContentType?.MediaType != MediaTypeNames.Text.EventStream)
        {
            throw Invalid(response, "it has no events");
        }

        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        var events = SseParser.Create(stream, (_, data) => Deserialize(response, data, type));
        await foreach (var item in events.EnumerateAsync(cancellationToken))
        {
            yield return item.Data;
        }
    }

    /// <summary>Creates a job for one Terraform run.</summary>
    /// <param name="lifetime">How long the job lasts, such as <c>30m</c>; null means two hours.</param>
    public async Task<NewJob> CreateJobAsync(NamespacePath group, string? lifetime, CancellationToken cancellationToken)
    {
        string url = $"{GroupUrl(group)}/jobs";
        using var response = await http.PostAsync(
            Relative(lifetime is null ? url : $"{url}?lifetime={Uri.EscapeDataString(lifetime)}"), null, cancellationToken);
        return await ReadAsync(response, ApiJson.Default.NewJob, cancellationToken);
    }

    public Task<JobSummary> GetJobAsync(NamespacePath group, long id, CancellationToken cancellationToken) =>
        GetAsync(JobUrl(group, id), ApiJson.Default.JobSummary, cancellationToken);

    public Task EndJobAsync(NamespacePath group, long id, CancellationToken cancellationToken) =>
        DeleteAsync(JobUrl(group, id), cancellationToken);

    /// <param name="provider">Null refreshes all providers.</param>
    public async Task RefreshAsync(NamespacePath group, ProviderAddress? provider, CancellationToken cancellationToken)
    {
        using var response = await http.PostAsJsonAsync(
            Relative($"{GroupUrl(group)}/refresh"),
            new RefreshRequest(provider?.ToString()),
            ApiJson.Default.RefreshRequest,
            cancellationToken);
        await EnsureSuccessAsync(response, cancellationToken);
    }

    private static string SyncUrl(NamespacePath group, long id) => FormattableString.Invariant($"{GroupUrl(group)}/syncs/{id}");

    private static string JobUrl(NamespacePath group, long id) => FormattableString.Invariant($"{GroupUrl(group)}/jobs/{id}");

    private static Uri Relative(string url) => new(url, UriKind.Relative);

    private static string GroupUrl(NamespacePath group) => $"api/v1/groups/{Uri.EscapeDataString(group.Value)}";

    private static string ProviderUrl(NamespacePath group, ProviderAddress provider) =>
        $"{GroupUrl(group)}/providers/{Uri.EscapeDataString(provider.Hostname.Value)}/{Uri.EscapeDataString(provider.Namespace)}"
        + $"/{Uri.EscapeDataString(provider.Type)}";

    private static string VersionUrl(NamespacePath group, ProviderAddress provider, ProviderVersion version) =>
        $"{ProviderUrl(group, provider)}/versions/{Uri.EscapeDataString(version.Value)}";

    private async Task<T> GetAsync<T>(string url, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        using var response = await http.GetAsync(Relative(url), cancellationToken);
        return await ReadAsync(response, type, cancellationToken);
    }

    private async Task<TAnswer> SendAsync<TBody, TAnswer>(
        HttpMethod method,
        string url,
        TBody body,
        JsonTypeInfo<TBody> bodyType,
        JsonTypeInfo<TAnswer> answerType,
        CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, Relative(url)) { Content = JsonContent.Create(body, bodyType) };
        using var response = await http.SendAsync(request, cancellationToken);
        return await ReadAsync(response, answerType, cancellationToken);
    }

    private async Task DeleteAsync(string url, CancellationToken cancellationToken)
    {
        using var response = await http.DeleteAsync(Relative(url), cancellationToken);
        await EnsureSuccessAsync(response, cancellationToken);
    }

    private static async Task<T> ReadAsync<T>(HttpResponseMessage response, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        await EnsureSuccessAsync(response, cancellationToken);
        return await ReadJsonAsync(response, type, cancellationToken);
    }

    private static async Task<T> ReadJsonAsync<T>(HttpResponseMessage response, JsonTypeInfo<T> type, CancellationToken cancellationToken) =>
        Deserialize(response, await response.Content.ReadAsByteArrayAsync(cancellationToken), type);

    /// <param name="type">Identifies the type of the document.</param>
    private static T Deserialize<T>(HttpResponseMessage response, ReadOnlySpan<byte> json, JsonTypeInfo<T> type)
    {
        try
        {
            return JsonSerializer.Deserialize(json, (JsonTypeInfo<T>)Complete.GetTypeInfo(type.Type)) ?? throw Invalid(response, "it is null");
        }
        catch (JsonException e)
        {
            throw Invalid(response, FormattableString.Invariant($"its line {e.LineNumber + 1}, {e.Path ?? "$"}, was not expected"));
        }
    }

    private static MirrorApiException Invalid(HttpResponseMessage response, string fault) => new(
        response.StatusCode,
        $"{Address(response)} did not return a valid Mirror response: {fault}. Check that the URL is a Mirror server, and that its version "
        + "is that of this command.");

    /// <summary>Without the query, which is of no interest to users.</summary>
    private static string? Address(HttpResponseMessage response) => response.RequestMessage?.RequestUri?.GetLeftPart(UriPartial.Path);

    private static async Task EnsureSuccessAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (response.IsSuccessStatusCode)
        {
            return;
        }

        ProblemDocument? problem = null;
        if (response.Content.Headers.ContentType?.MediaType == MediaTypeNames.Application.ProblemJson)
        {
            problem = await ReadJsonAsync(response, ApiJson.Default.ProblemDocument, cancellationToken);
        }

        string message = problem is null
            ? $"{Address(response)} returned {$"{(int)response.StatusCode} {response.ReasonPhrase}".TrimEnd()}. "
                + "Check that the URL is a Mirror server."
            : problem.Title is null || problem.Detail is null
                ? problem.Title ?? problem.Detail ?? ""
                : $"{problem.Title}: {problem.Detail}";
        throw new MirrorApiException(response.StatusCode, message);
    }
}
