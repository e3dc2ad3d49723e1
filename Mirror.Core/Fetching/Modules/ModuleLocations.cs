using System.Data.Common;
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

/// <summary>
/// Where origins say that versions of modules are: kept in the database, asked for as <see cref="FreshnessPolicy"/> decides,
/// once for all who wait.
/// </summary>
public sealed class ModuleLocations(
    Origins origins,
    DocumentRefresh refresh,
    IDbContextFactory<MirrorDbContext> databases,
    MirrorOptions options,
    TimeProvider time,
    ServerLifetime lifetime,
    ILogger<ModuleLocations> logger)
{
    private readonly SingleFlight<LocationKey, Outcome<ModuleLocation>> _flights = new(lifetime.Stopping);
    private readonly NegativeCache<LocationKey> _failed = new(time);

    /// <param name="mayAsk">Automatic caching is on for the namespace, and the host may be asked.</param>
    public async Task<Outcome<ModuleLocation>> GetAsync(MirrorScope scope, ModuleAddress module, ProviderVersion version, OriginCredential credential, bool mayAsk, CancellationToken waiter)
    {
        var key = new LocationKey(module, version, credential.Identity);
        var since = await refresh.SinceAsync(scope, module, waiter).ConfigureAwait(false);
        var known = await LoadAsync(key, waiter).ConfigureAwait(false) is { } loaded && DocumentRefresh.IsAfter(since, loaded.Asked.At, time.GetUtcNow()) ? loaded : null;
        var failed = _failed.Find(key, options.Upstream.NegativeTtl, since);
        var mode = options.Upstream.ModeFor(module.Hostname);
        switch (FreshnessPolicy.Decide(mode, mayAsk, StateOf(known, failed), stored: known is not null))
        {
            case FreshnessDecision.Serve or FreshnessDecision.ServeStored:
                return known!.Location;
            case FreshnessDecision.ServeAndRefresh or FreshnessDecision.ServeStoredAndRefresh:
                _ = Start(key, credential);
                return known!.Location;
            case FreshnessDecision.NotFound:
                return failed is not null && mayAsk
                    ? failed
                    : new Failure(FailureKind.NotFound, $"Nothing of the module {module} {version} is cached, and its origin may not be asked.");
            default:
                break;
        }

        var asked = await Start(key, credential).WaitAsync(waiter).ConfigureAwait(false);
        if (!asked.IsSuccess && known is not null
            && FreshnessPolicy.AfterFailure(mode, asked.Failure.Kind == FailureKind.NotFound, hasStale: true, stored: true) != FailureDecision.Fail)
        {
            logger.ServingStale($"where the module {module} {version} is", asked.Failure.Message);
            return known.Location;
        }

        return asked;
    }

    /// <summary>The versions whose location is known in a namespace, and was asked for with the credential.</summary>
    internal async Task<IReadOnlyList<ProviderVersion>> ListAsync(MirrorScope scope, ModuleAddress module, CredentialIdentity credential, CancellationToken cancellationToken)
    {
        var since = await refresh.SinceAsync(scope, module, cancellationToken).ConfigureAwait(false);
        await using var db = databases.CreateDbContext();
        string prefix = ModuleCatalog.LocationKey(module), suffix = $" {credential}";
        var keys = await db.OriginDocuments.Where(row => row.Key.StartsWith(prefix) && row.Key.EndsWith(suffix) && row.FetchedAt > since).Select(row => row.Key).ToListAsync(cancellationToken).ConfigureAwait(false);
        // A database may compare without regard to case.
        return [.. keys.Where(key => key.StartsWith(prefix, StringComparison.Ordinal)).Select(key => ProviderVersion.Parse(key[prefix.Length..^suffix.Length]))];
    }

    private CachedState StateOf(KnownLocation? known, Failure? failed) => known switch
    {
        null when failed is { Kind: FailureKind.NotFound } => CachedState.Missing,
        null => CachedState.Nothing,
        _ when known.Asked.IsWithin(options.Upstream.VersionsTtl, time) => CachedState.Fresh,
        // It was asked a moment ago, in vain.
        _ when failed is not null => CachedState.Fresh,
        _ => CachedState.Stale,
    };

    private Task<Outcome<ModuleLocation>> Start(LocationKey key, OriginCredential credential) => _flights.Start(key, stopping => AskAsync(key, credential, stopping));

    private async Task<Outcome<ModuleLocation>> AskAsync(LocationKey key, OriginCredential credential, CancellationToken stopping)
    {
        using var deadline = new Deadline(time, options.Upstream.Limits.DocumentDeadline, stopping);
        var answer = await origins.Modules.GetLocationAsync(key.Module, key.Version, credential, deadline).ConfigureAwait(false);
        if (answer.TryGet(out var location))
        {
            _failed.Remove(key);
            try
            {
                await SaveAsync(key, location, stopping).ConfigureAwait(false);
            }
            catch (Exception e) when (e is DbException or DbUpdateException)
            {
                logger.DocumentNotWrittenDown($"where the module {key.Module} {key.Version} is", e);
            }
        }
        else
        {
            _failed.Add(key, answer.Failure);
        }

        return answer;
    }

    private async Task<KnownLocation?> LoadAsync(LocationKey key, CancellationToken cancellationToken)
    {
        await using var db = databases.CreateDbContext();
        var row = await db.OriginDocuments.AsNoTracking().SingleOrDefaultAsync(x => x.Key == key.Stored, cancellationToken).ConfigureAwait(false);
        return row is not null && JsonSerializer.Deserialize(row.Body, StoredDocuments.Default.StoredModuleLocation) is { } stored
            && ModuleLocation.Parse(stored.Address, Nowhere).TryGet(out var location)
                ? new KnownLocation(location, Moment.Stored(row.FetchedAt, time))
                : null;
    }

    private async Task SaveAsync(LocationKey key, ModuleLocation location, CancellationToken cancellationToken)
    {
        byte[] body = JsonSerializer.SerializeToUtf8Bytes(new StoredModuleLocation(location.Address), StoredDocuments.Default.StoredModuleLocation);
        // Another replica may write the same down at the same time.
        await databases.RetryAsync(async db =>
        {
            var row = await db.OriginDocuments.SingleOrDefaultAsync(x => x.Key == key.Stored, cancellationToken).ConfigureAwait(false);
            row ??= db.OriginDocuments.Add(new OriginDocumentRow { Key = key.Stored, Body = body }).Entity;
            (row.Body, row.FetchedAt) = (body, time.GetUtcNow());
            await db.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
        }).ConfigureAwait(false);
    }

    // What is stored is absolute.
    private static readonly Uri Nowhere = new("https://invalid/");

    private sealed record KnownLocation(ModuleLocation Location, Moment Asked);

    private sealed record LocationKey(ModuleAddress Module, ProviderVersion Version, CredentialIdentity Credential)
    {
        public string Stored => $"{ModuleCatalog.LocationKey(Module, Version)}{Credential}";
    }
}
