using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Configuration;
using Mirror.Core.Database;
using Mirror.Core.Fetching.Documents;
using Mirror.Core.Upstream;

namespace Mirror.Core.Fetching.Modules;

/// <summary>A query for the location of a module version.</summary>
public sealed record ModuleLocationQuestion(
    ResolvedNamespace Scope, ModuleAddress Module, ProviderVersion Version, OriginCredential Credential)
    : OriginQuestion(Scope, Module, Credential)
{
    internal override string Key { get; } = $"{ModuleCatalog.LocationKey(Module, Version)}{Credential.Identity}";

    public override string ToString() => $"the location of the module {Module} {Version}";
}

/// <summary>The locations of module versions as given by origins, stored in the database.</summary>
public sealed class ModuleLocations(
    UpstreamRouter origins,
    DocumentRefresh refresh,
    IDbContextFactory<MirrorDbContext> databases,
    MirrorOptions options,
    TimeProvider time,
    ServerLifetime lifetime,
    ILogger<ModuleLocations> logger) : OriginDocumentCache<ModuleLocationQuestion, ModuleLocation>(refresh, options, time, lifetime, logger)
{
    // Stored locations are absolute.
    private static readonly Uri Nowhere = new("https://invalid/");

    /// <param name="mayAsk">Automatic caching is on for the namespace and the host is allowed.</param>
    public async Task<Outcome<ModuleLocation>> GetAsync(ModuleLocationQuestion question, bool mayAsk, CancellationToken waiter)
    {
        var answer = await AnswerAsync(question, mayAsk, stored: null, suffices: null, waiter).ConfigureAwait(false);
        return answer.TryGet(out var found) ? found.Document!.Value : answer.Failure;
    }

    /// <summary>The versions whose location is known for the namespace and the credential.</summary>
    internal async Task<IReadOnlyList<ProviderVersion>> ListAsync(
        ResolvedNamespace scope, ModuleAddress module, CredentialIdentity credential, CancellationToken cancellationToken)
    {
        var since = await Refresh.SinceAsync(scope, module, cancellationToken).ConfigureAwait(false);
        await using var db = databases.CreateDbContext();
        string prefix = ModuleCatalog.LocationKey(module), suffix = $" {credential}";
        var keys = await db.OriginDocuments.Where(row => row.Key.StartsWith(prefix) && row.Key.EndsWith(suffix) && row.FetchedAt > since)
            .Select(row => row.Key)
            .ToListAsync(cancellationToken)
            .ConfigureAwait(false);
        // The database may compare case-insensitively.
        return [.. keys.Where(key => key.StartsWith(prefix, StringComparison.Ordinal))
            .Select(key => ProviderVersion.Parse(key[prefix.Length..^suffix.Length]))];
    }

    /// <summary>Not cached in memory: another replica may have deleted the version and its location.</summary>
    protected override async ValueTask<CachedDocument<ModuleLocation>?> LoadAsync(
        ModuleLocationQuestion question, CancellationToken cancellationToken)
    {
        await using var db = databases.CreateDbContext();
        string key = question.Key;
        var row = await db.OriginDocuments.AsNoTracking().SingleOrDefaultAsync(x => x.Key == key, cancellationToken).ConfigureAwait(false);
        return row is not null && JsonSerializer.Deserialize(row.Body, StoredDocuments.Default.StoredModuleLocation) is { } stored
            && ModuleLocation.Parse(stored.Address, Nowhere).TryGet(out var location)
                ? new CachedDocument<ModuleLocation>(location, null, Moment.Stored(row.FetchedAt, Time))
                : null;
    }

    protected override async Task<Outcome<CachedDocument<ModuleLocation>>> FetchAsync(
        ModuleLocationQuestion question, OriginDocumentState<ModuleLocation> before, Deadline deadline)
    {
        var answer = await origins.Modules.GetLocationAsync(question.Module, question.Version, question.Credential, deadline)
            .ConfigureAwait(false);
        return answer.TryGet(out var location) ? new CachedDocument<ModuleLocation>(location, null, Moment.Now(Time)) : answer.Failure;
    }

    protected override Task SaveAsync(
        ModuleLocationQuestion question,
        CachedDocument<ModuleLocation> document,
        OriginDocumentState<ModuleLocation> before,
        CancellationToken cancellationToken)
    {
        byte[] body = JsonSerializer.SerializeToUtf8Bytes(
            new StoredModuleLocation(document.Value.Address), StoredDocuments.Default.StoredModuleLocation);
        bool isKnown = (before.Document ?? before.Superseded) is not null;
        return databases.SaveOriginDocumentAsync(question.Key, body, null, document.Fetched.At, isKnown, cancellationToken);
    }

    protected override Failure DescribeMissing(ModuleLocationQuestion question, Failure? failure, UpstreamMode mode, bool mayAsk) =>
        failure is not null && mayAsk
        ? failure
        : new Failure(
            FailureKind.NotFound,
            $"The module {question.Module} {question.Version} is not cached, and its origin is not allowed to be queried.");

    /// <summary>If the origin has just failed, the known location is served without querying it again.</summary>
    protected override CachedState Judge(OriginDocumentState<ModuleLocation> state) =>
        state.Document is not null && RecentFailure(state) is not null ? CachedState.Fresh : base.Judge(state);
}
