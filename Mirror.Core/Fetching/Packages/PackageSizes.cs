using Microsoft.Extensions.Logging;
using Mirror.Core.Addresses;
using Mirror.Core.Configuration;
using Mirror.Core.Database;
using Mirror.Core.Fetching.Documents;
using Mirror.Core.Upstream;

namespace Mirror.Core.Fetching.Packages;

/// <summary>A query for the sizes of packages of a version that are not stored.</summary>
public sealed record PackageSizesQuestion(
    ProviderRequest Request, ProviderVersion Version, IReadOnlyDictionary<Platform, Sha256Digest> Packages)
    : OriginQuestion(Request.Scope, Request.Provider, Request.Credential)
{
    internal override object Key => (Scope.RootGroupId, Request.Provider, Version, Credential.Identity);

    public override string ToString() => $"the package sizes of {Request.Provider} {Version}";
}

/// <summary>Sizes in bytes, as the origin states them.</summary>
public sealed record PackageSizeList(IReadOnlyDictionary<Sha256Digest, long> Sizes)
{
    public bool Includes(PackageSizesQuestion question) => question.Packages.Values.All(Sizes.ContainsKey);
}

/// <summary>
/// Finds the sizes of packages that are not stored, without downloading them, once for all waiting callers. In memory: a package with an
/// unknown size can only be fetched while its origin can be queried for the size too.
/// </summary>
public sealed class PackageSizes : OriginDocumentCache<PackageSizesQuestion, PackageSizeList>
{
    // As many as fills of one host at the same time.
    private const int Concurrency = 8;
    private const int EntrySize = 150;

    private readonly UpstreamRouter _origins;
    private readonly OriginHttp _http;
    private readonly ReadThroughCache<object, CachedDocument<PackageSizeList>> _known;

    public PackageSizes(
        UpstreamRouter origins,
        OriginHttp http,
        CacheSpace space,
        DocumentRefresh refresh,
        MirrorOptions options,
        TimeProvider time,
        ServerLifetime lifetime,
        ILogger<PackageSizes> logger)
        : base(refresh, options, time, lifetime, logger)
    {
        (_origins, _http) = (origins, http);
        _known = new(
            (_, _) => Task.FromResult<CachedDocument<PackageSizeList>?>(null),
            space: space,
            size: known => (known.Value.Sizes.Count + 2) * EntrySize);
    }

    /// <summary>The caller decides whether the origin may be queried.</summary>
    /// <returns>Known sizes; a package that the origin does not have is missing. After a failure, those known before.</returns>
    public async Task<(PackageSizeList Known, Failure? Failure)> FindAsync(PackageSizesQuestion question, CancellationToken waiter)
    {
        var answer = await AnswerAsync(question, mayAsk: true, stored: false, known => known.Includes(question), waiter)
            .ConfigureAwait(false);
        return answer.TryGet(out var found)
            ? (found.Document!.Value, found.Document.Value.Includes(question) ? null : found.Failure)
            : (new PackageSizeList(new Dictionary<Sha256Digest, long>()), answer.Failure);
    }

    protected override ValueTask<CachedDocument<PackageSizeList>?> LoadAsync(
        PackageSizesQuestion question, CancellationToken cancellationToken) => _known.GetAsync(question.Key, cancellationToken);

    protected override async Task<Outcome<CachedDocument<PackageSizeList>>> FetchAsync(
        PackageSizesQuestion question, OriginDocumentState<PackageSizeList> before, Deadline deadline)
    {
        var sizes = new Dictionary<Sha256Digest, long>(before.Document?.Value.Sizes ?? new Dictionary<Sha256Digest, long>());
        Failure? failure = null;
        using var turns = new SemaphoreSlim(Concurrency);
        var unknown = question.Packages.Where(package => !sizes.ContainsKey(package.Value)).ToList();
        Func<Platform, Sha256Digest, Task<Outcome<Uri>>> locate = (platform, digest) => _origins.LocateAsync(
            question.Request.Provider, question.Version, platform, digest, question.Credential, deadline);
        if (_origins.MirrorFor(question.Request.Provider.Hostname) is { } mirror)
        {
            // One document has the URLs of all packages.
            var listed = await _origins.Chain.GetArchivesAsync(
                mirror, question.Request.Provider, question.Version, question.Credential, deadline).ConfigureAwait(false);
            if (!listed.TryGet(out var archives))
            {
                return listed.Failure;
            }

            locate = (platform, digest) => Task.FromResult<Outcome<Uri>>(
                archives.FirstOrDefault(archive => archive.Platform == platform && archive.Digest == digest) is { } found
                    ? found.Url
                    : new Failure(FailureKind.NotFound, $"{mirror.Authority} does not list {platform} in {question}."));
        }

        var answers = await Task.WhenAll(unknown.Select(package => AskAsync(question, () => locate(package.Key, package.Value), turns, deadline)))
            .ConfigureAwait(false);
        foreach (var (package, answer) in unknown.Zip(answers))
        {
            if (answer.TryGet(out long size))
            {
                sizes[package.Value] = size;
            }
            else if (answer.Failure.Kind is not (FailureKind.NotFound or FailureKind.VerificationFailed))
            {
                failure ??= answer.Failure;
            }
        }

        var known = new CachedDocument<PackageSizeList>(new PackageSizeList(sizes), null, Moment.Now(Time)) { IsPermanent = true };
        if (sizes.Count > 0)
        {
            // Also after a failure, so that the next query only asks for the rest.
            _known.Set(question.Key, known);
        }

        return failure is null ? known : failure;
    }

    protected override Task SaveAsync(
        PackageSizesQuestion question,
        CachedDocument<PackageSizeList> document,
        OriginDocumentState<PackageSizeList> before,
        CancellationToken cancellationToken) => Task.CompletedTask;

    protected override Failure DescribeMissing(PackageSizesQuestion question, Failure? failure, UpstreamMode mode, bool mayAsk) =>
        failure ?? new Failure(FailureKind.NotFound, $"The origin does not state {question}.");

    private async Task<Outcome<long>> AskAsync(
        PackageSizesQuestion question, Func<Task<Outcome<Uri>>> locate, SemaphoreSlim turns, Deadline deadline)
    {
        try
        {
            await turns.WaitAsync(deadline.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!deadline.Stopping.IsCancellationRequested)
        {
            return new Failure(FailureKind.TooSlow, $"The origin did not state {question} in time.");
        }

        try
        {
            var located = await locate().ConfigureAwait(false);
            return located.TryGet(out var url)
                ? await _http.FindPackageSizeAsync(url, deadline).ConfigureAwait(false)
                : located.Failure;
        }
        finally
        {
            turns.Release();
        }
    }
}
