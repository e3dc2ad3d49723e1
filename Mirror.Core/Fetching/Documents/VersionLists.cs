using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Configuration;
using Mirror.Core.Database;
using Mirror.Core.Hosted;
using Mirror.Core.Upstream;

namespace Mirror.Core.Fetching.Documents;

/// <summary>A query for the versions of a provider or module.</summary>
public sealed record VersionListQuestion(ResolvedNamespace Scope, ISourceAddress Source, OriginCredential Credential)
    : OriginQuestion(Scope, Source, Credential)
{
    internal override VersionListKey Key { get; } = new(Source, Credential.Identity);

    public override string ToString() => $"the versions of {Source}";
}

/// <summary>A version list is an origin's response to one credential.</summary>
internal sealed record VersionListKey(ISourceAddress Source, CredentialIdentity Credential)
{
    public string Stored => $"versions {Source} {Credential}";
}

/// <summary>The version lists of origins, cached in memory and in the database.</summary>
public sealed class VersionLists : OriginDocumentCache<VersionListQuestion, OriginVersionList>, IDisposable
{
    // In bytes; lists of real providers are smaller.
    private const int LargeList = 1 << 20;

    private static readonly CachedDocument<OriginVersionList> None = new(OriginVersionList.Empty, null, Moment.Never);

    private readonly ReadThroughCache<VersionListKey, CachedDocument<OriginVersionList>> _lists;
    private readonly SemaphoreSlim _large = new(1, 1);
    private readonly UpstreamRouter _origins;
    private readonly IDbContextFactory<MirrorDbContext> _databases;
    private readonly CatalogChanges _changes;

    public VersionLists(
        UpstreamRouter origins, IDbContextFactory<MirrorDbContext> databases, CacheSpace space, DocumentRefresh refresh,
        CatalogChanges changes,
        MirrorOptions options, TimeProvider time, ServerLifetime lifetime, ILogger<VersionLists> logger)
        : base(refresh, options, time, lifetime, logger)
    {
        (_origins, _databases, _changes) = (origins, databases, changes);
        _lists = new(ReadAsync, key => (0, key.Source), space, list => ReferenceEquals(list, None) ? 0 : list.Value.Size);
    }

    /// <param name="stored">At least one package is stored.</param>
    /// <param name="wanted">A version that the caller needs: a list without it is refreshed, at a limited rate.</param>
    public Task<Outcome<OriginAnswer<OriginVersionList>>> GetAsync(
        VersionListQuestion question, bool stored, ProviderVersion? wanted, CancellationToken waiter) => AnswerAsync(
        question,
        question.Scope.AutomaticCaching && question.Scope.FindRoute(question.Source) is null && Options.MayQuery(question.Source.Hostname),
        stored,
        wanted is null ? null : list => list.Contains(wanted),
        waiter);

    /// <summary>The origin's last list, even if a refresh has invalidated it; does not query the origin.</summary>
    internal ValueTask<CachedDocument<OriginVersionList>?> FindLastAsync(VersionListQuestion question, CancellationToken cancellationToken) =>
        LoadAsync(question, cancellationToken);

    /// <summary>Removes documents fetched with a credential that is not used again.</summary>
    public async Task InvalidateAsync(CredentialIdentity credential, CancellationToken cancellationToken)
    {
        await using var db = _databases.CreateDbContext();
        string suffix = $" {credential}";
        await db.OriginDocuments.Where(row => row.Key.EndsWith(suffix)).ExecuteDeleteAsync(cancellationToken).ConfigureAwait(false);
        _lists.Clear(key => key.Credential == credential);
    }

    /// <summary>
    /// The failure for a version that is neither stored nor in the list. If the origin fails, it may have the version.
    /// </summary>
    internal static Failure WhyMissing(OriginAnswer<OriginVersionList> answer, ProviderAddress provider, ProviderVersion version) =>
        answer.Failure is { IsOutage: true } failure
        ? failure
        : new Failure(
            FailureKind.NotFound, $"{provider} has no version {version}: the origin does not list it, and it is not cached.");

    public void Dispose() => _large.Dispose();

    protected override async ValueTask<CachedDocument<OriginVersionList>?> LoadAsync(
        VersionListQuestion question, CancellationToken cancellationToken)
    {
        var known = await _lists.GetAsync(question.Key, cancellationToken).ConfigureAwait(false);
        return ReferenceEquals(known, None) ? null : known;
    }

    protected override async Task<Outcome<CachedDocument<OriginVersionList>>> FetchAsync(
        VersionListQuestion question, OriginDocumentState<OriginVersionList> before, Deadline deadline)
    {
        // After a refresh, "not modified" is not a valid response.
        var answer = await _origins.GetVersionsAsync(question.Source, question.Credential, before.Document?.ETag, deadline)
            .ConfigureAwait(false);
        if (!answer.TryGet(out var found))
        {
            return answer.Failure;
        }

        var now = Moment.Now(Time);
        var versions = found.List ?? before.Document!.Value;
        versions.MarkNew((before.Document ?? before.Superseded)?.Value, now.At);
        return new CachedDocument<OriginVersionList>(versions, found.ETag, now);
    }

    protected override async Task SaveAsync(
        VersionListQuestion question,
        CachedDocument<OriginVersionList> document,
        OriginDocumentState<OriginVersionList> before,
        CancellationToken cancellationToken)
    {
        try
        {
            bool isKnown = (before.Document ?? before.Superseded) is not null;
            await _databases.SaveOriginDocumentAsync(
                question.Key.Stored,
                document.Value.Bytes,
                document.ETag,
                document.Fetched.At,
                isKnown,
                cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            // A document that could not be written is kept in memory until the next start.
            _lists.Set(question.Key, document);
            if (document.Value != before.Document?.Value)
            {
                _changes.Publish(new CatalogChange(question.Scope.RootGroupId, question.Source) { LeavesPackages = true, IsList = true });
            }
        }
    }

    protected override Failure DescribeMissing(VersionListQuestion question, Failure? failure, UpstreamMode mode, bool mayAsk)
    {
        var (scope, source) = (question.Scope, question.Source);
        if (Options.IsOwn(source.Hostname))
        {
            return HostedRouter.NotPublished(source);
        }

        string reason = mode switch
        {
            _ when scope.FindRoute(source) is { } target =>
                $"'{scope.Path.RootName}' routes {source.Hostname}/{source.Namespace}/* to its registry namespace {target}, and does not query {source.Hostname}",
            _ when !Options.Upstream.IsAllowed(source.Hostname) =>
                $"it is not cached, and {source.Hostname} is not an allowed host (Mirror:Upstream:AllowedHosts)",
            _ when !scope.AutomaticCaching => $"it is not cached, and automatic provider caching is off for '{scope.Path}'",
            UpstreamMode.Offline => "it is not cached, and the mirror is offline (Mirror:Upstream:Mode)",
            _ => $"{source.Hostname} does not have it",
        };
        return new Failure(FailureKind.NotFound, $"The {source.Noun} {source} is not available: {reason}.");
    }

    private async Task<CachedDocument<OriginVersionList>?> ReadAsync(VersionListKey key, CancellationToken cancellationToken)
    {
        await using var db = _databases.CreateDbContext();
        string stored = key.Stored;
        var rows = db.OriginDocuments.AsNoTracking().Where(row => row.Key == stored);
        var found = await rows.Select(row => new { row.ETag, row.FetchedAt, Body = row.Body.Length <= LargeList ? row.Body : null })
            .SingleOrDefaultAsync(cancellationToken)
            .ConfigureAwait(false);
        return found switch
        {
            null => None,
            { Body: { } body } => Restore(body, found.ETag, found.FetchedAt),
            _ => await ReadLargeAsync(key, rows, cancellationToken).ConfigureAwait(false),
        };
    }

    /// <summary>Reads large lists one at a time, and each only once for concurrent callers.</summary>
    private async Task<CachedDocument<OriginVersionList>> ReadLargeAsync(
        VersionListKey key, IQueryable<OriginDocumentRow> rows, CancellationToken cancellationToken)
    {
        await _large.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_lists.TryGet(key, out var known))
            {
                return known;
            }

            long generation = _lists.Now;
            var list = await rows.SingleOrDefaultAsync(cancellationToken).ConfigureAwait(false) is { } row
                ? Restore(row.Body, row.ETag, row.FetchedAt)
                : None;
            _lists.Keep(key, list, generation);
            return list;
        }
        finally
        {
            _large.Release();
        }
    }

    private CachedDocument<OriginVersionList> Restore(byte[] body, string? etag, DateTimeOffset fetchedAt) =>
        OriginVersionList.FromStored(body) is { } versions
            ? new CachedDocument<OriginVersionList>(versions, etag, Moment.Stored(fetchedAt, Time))
            : None;
}
