using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Configuration;
using Mirror.Core.Database;
using Mirror.Core.Upstream;

namespace Mirror.Core.Fetching.Documents;

/// <summary>Which versions a provider or module has.</summary>
public sealed record VersionListQuestion(ResolvedNamespace Scope, ISourceAddress Source, OriginCredential Credential)
    : OriginQuestion(Scope, Source, Credential)
{
    internal override VersionListKey Key { get; } = new(Source, Credential.Identity);

    public override string ToString() => $"the versions of {Source}";
}

/// <summary>A version list is the origin's answer to one credential.</summary>
internal sealed record VersionListKey(ISourceAddress Source, CredentialIdentity Credential)
{
    public string Stored => $"versions {Source} {Credential}";
}

/// <summary>The version lists of origins, kept in memory and in the database.</summary>
public sealed class VersionLists : OriginDocumentCache<VersionListQuestion, OriginVersionList>, IDisposable
{
    // Bytes; no honest provider has one.
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

    /// <param name="stored">At least one package of it is stored.</param>
    /// <param name="wanted">A version that the caller needs: a list without it is asked for again, within reason.</param>
    public Task<Outcome<OriginAnswer<OriginVersionList>>> GetAsync(
        VersionListQuestion question, bool stored, ProviderVersion? wanted, CancellationToken waiter) => AnswerAsync(
        question,
        question.Scope.AutomaticCaching && Options.Upstream.IsAllowed(question.Source.Hostname),
        stored,
        wanted is null ? null : list => list.Contains(wanted),
        waiter);

    /// <summary>The origin's last list, also where a refresh has superseded it; the origin is not asked.</summary>
    internal ValueTask<CachedDocument<OriginVersionList>?> RecallAsync(VersionListQuestion question, CancellationToken cancellationToken) =>
        LoadAsync(question, cancellationToken);

    /// <summary>Forgets what was fetched with a credential that is not used again.</summary>
    public async Task ForgetAsync(CredentialIdentity credential, CancellationToken cancellationToken)
    {
        await using var db = _databases.CreateDbContext();
        string suffix = $" {credential}";
        await db.OriginDocuments.Where(row => row.Key.EndsWith(suffix)).ExecuteDeleteAsync(cancellationToken).ConfigureAwait(false);
        _lists.Clear(key => key.Credential == credential);
    }

    /// <summary>
    /// Why a version is not available that the list lacks and of which nothing is stored: an origin that fails may have it.
    /// </summary>
    internal static Failure WhyMissing(OriginAnswer<OriginVersionList> answer, ProviderAddress provider, ProviderVersion version) =>
        answer.Failure is { IsOutage: true } failure
        ? failure
        : new Failure(
            FailureKind.NotFound, $"{provider} has no version {version}: the origin does not list it, and nothing of it is cached.");

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
        // After a refresh "not modified" is no answer.
        var answer = await _origins.GetVersionsAsync(question.Source, question.Credential, before.Document?.ETag, deadline)
            .ConfigureAwait(false);
        if (!answer.TryGet(out var found))
        {
            return answer.Failure;
        }

        var now = Moment.Now(Time);
        var versions = found.List ?? before.Document!.Value;
        versions.NoteNew((before.Document ?? before.Superseded)?.Value, now.At);
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
            // Also what could not be written is known until the next start.
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
        string reason = mode switch
        {
            _ when !Options.Upstream.IsAllowed(source.Hostname) =>
                $"nothing of it is cached, and {source.Hostname} is not among the hosts that may be asked (Mirror:Upstream:AllowedHosts)",
            _ when !scope.AutomaticCaching => $"nothing of it is cached, and automatic provider caching is off for '{scope.Path}'",
            UpstreamMode.Offline => "nothing of it is cached, and the mirror is offline (Mirror:Upstream:Mode)",
            _ => $"{source.Hostname} does not have it",
        };
        return new Failure(FailureKind.NotFound, $"There is no {source.Noun} {source}: {reason}.");
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

    /// <summary>Reads large lists one after the other, and each once for all callers that want it at the same time.</summary>
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
