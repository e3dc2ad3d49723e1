using System.Security.Cryptography;
using Mirror.Core.Addresses;
using Mirror.Core.Storage;

namespace Mirror.Core.Fetching.Packages;

/// <param name="Length">In bytes; null if the origin does not state it.</param>
/// <param name="Growing">Null if there is no space: each reader downloads separately.</param>
internal sealed record FillHead(long? Length, GrowingPackage? Growing)
{
    /// <summary>Nothing is fetched: another fill stored the package just before this one started.</summary>
    public bool IsSuperseded { get; init; }
}

/// <summary>
/// Fetches one package for all waiting clients: reserves space, streams to a staged file that readers follow, verifies the hash, releases
/// the end, and commits. The fill belongs to the server and is independent of its readers.
/// </summary>
internal sealed class PackageFill(FetchRequest request, PackageFillContext context) : IPackageSink
{
    private readonly TaskCompletionSource<Outcome<FillHead>> _head = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<Failure?> _completed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<Failure?> _stored = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly Lock _gate = new();
    private GrowingPackage? _growing;
    private StagedPackage? _staged;
    private IDisposable? _reservation;
    private IDisposable? _reading;
    private long? _length;
    private int _holders = 1;

    public FetchRequest Request => request;

    /// <summary>Completes when the origin's headers have arrived, or the origin has failed.</summary>
    public Task<Outcome<FillHead>> Head => _head.Task;

    /// <summary>Completes with null when the package is verified, or with the failure.</summary>
    public Task<Failure?> Completed => _completed.Task;

    /// <summary>Completes with null when the package and its row are stored, or with the failure.</summary>
    public Task<Failure?> Stored => _stored.Task;

    public long Position => _staged?.Length ?? 0;

    public long? Length => _length;

    /// <summary>Whether the fill was given up for lack of space: readers download separately.</summary>
    public bool IsDetached { get; private set; }

    /// <summary>Keeps the bytes readable until <see cref="Exit"/>; false if the fill is over.</summary>
    public bool TryEnter()
    {
        lock (_gate)
        {
            if (_holders == 0)
            {
                return false;
            }

            _holders++;
            return true;
        }
    }

    public void Exit()
    {
        lock (_gate)
        {
            if (--_holders > 0)
            {
                return;
            }
        }

        _staged?.Dispose();
        _hash.Dispose();
        _reading?.Dispose();
    }

    /// <param name="slot">Released if the origin is slow.</param>
    /// <returns>Null if the package was fetched, verified and delivered.</returns>
    public async Task<Failure?> RunAsync(DownloadSlot slot, CancellationToken stopping)
    {
        Failure? failure;
        try
        {
            failure = await request.FetchAsync(context, this, slot, stopping).ConfigureAwait(false)
                ?? await ProveAsync(stopping).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            failure = new Failure(FailureKind.Unreachable, "The server is stopping.");
        }
        catch (IOException e) when (IsDetached)
        {
            failure = StorageFailure.Describe($"{request} could not be stored", e);
        }
        catch (Exception e)
        {
            // Waiting clients must be notified of any exception.
            context.Logger.Unexpected(request.ToString(), e);
            failure = StorageFailure.Describe($"{request} could not be stored", e);
        }

        if (failure is not null)
        {
            Abandon(failure);
        }

        _reservation?.Dispose();
        return failure;
    }

    /// <summary>Redirects all readers to the store.</summary>
    public void Supersede()
    {
        _head.TrySetResult(new FillHead(null, null) { IsSuperseded = true });
        _completed.TrySetResult(null);
        _stored.TrySetResult(null);
    }

    /// <summary>Notifies all readers that the package will not arrive.</summary>
    public void Abandon(Failure failure)
    {
        if (!IsDetached)
        {
            _growing?.Fail(failure);
            _head.TrySetResult(failure);
        }

        _completed.TrySetResult(failure);
        _stored.TrySetResult(failure);
    }

    public async ValueTask<Failure?> BeginAsync(long? length, CancellationToken cancellationToken)
    {
        CrashPoints.Reached("origin-answered");
        _length = length;
        _reservation = await context.Space.TryReserveAsync(length ?? context.Options.Packages.MaxPackageSize, cancellationToken)
            .ConfigureAwait(false);
        CrashPoints.Reached("space-reserved");
        try
        {
            _staged = _reservation is null ? null : context.Store.Stage();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            context.Space.ReportWriteFailure(e.Message);
        }

        if (_staged is null)
        {
            return Detach();
        }

        CrashPoints.Reached("staged");
        _growing = new GrowingPackage(_staged);
        _head.TrySetResult(new FillHead(length, _growing));
        return null;
    }

    public async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        bool first = _staged!.Length == 0;
        try
        {
            await _staged.WriteAsync(bytes, cancellationToken).ConfigureAwait(false);
        }
        catch (IOException e)
        {
            context.Space.ReportWriteFailure(e.Message);
            Detach();
            throw;
        }

        _hash.AppendData(bytes.Span);
        _growing!.Advance();
        CrashPoints.Reached(first ? "first-bytes" : "more-bytes");
    }

    private async Task<Failure?> ProveAsync(CancellationToken cancellationToken)
    {
        CrashPoints.Reached("all-bytes");
        var digest = Sha256Digest.FromBytes(_hash.GetHashAndReset());
        if (request.Digest is { } expected)
        {
            if (digest != expected)
            {
                return Mismatch($"its SHA-256 is {digest}, but {request.HashSource} {expected}");
            }
        }
        else if (request.ContentHash is { } promised)
        {
            if (await HashContentAsync(_staged!, cancellationToken).ConfigureAwait(false) is var content && content != promised.Value)
            {
                return Mismatch($"its contents hash to {content}, but {request.HashSource} {promised}");
            }
        }

        CrashPoints.Reached("proven");
        _growing!.Prove();
        _completed.TrySetResult(null);
        try
        {
            await request.CommitAsync(context, digest, _staged!, cancellationToken).ConfigureAwait(false);
            // While a client follows the fill, the package must not be evicted.
            _reading = context.Readers.Begin(digest);
            _stored.TrySetResult(null);
        }
        catch (Exception e) when (
            e is IOException or UnauthorizedAccessException or Microsoft.EntityFrameworkCore.DbUpdateException or System.Data.Common.DbException)
        {
            // The readers have the whole verified package; only the next client has to fetch it again.
            context.Space.ReportWriteFailure(e.Message);
            context.Logger.StoreFailed(request.ToString(), e);
            _stored.TrySetResult(StorageFailure.Describe($"{request} was delivered but could not be stored", e));
        }

        return null;
    }

    /// <returns>The <c>h1:</c> hash, or why the archive has none.</returns>
    private async Task<string> HashContentAsync(StagedPackage staged, CancellationToken cancellationToken)
    {
        await using var stream = staged.OpenRead();
        try
        {
            return (await context.ContentHashes.ComputeAsync(stream, cancellationToken).ConfigureAwait(false)).Hash.Value;
        }
        catch (InvalidDataException e)
        {
            return $"nothing ({e.Message.TrimEnd('.')})";
        }
    }

    private Failure Mismatch(string found) =>
        new(FailureKind.VerificationFailed, $"The package {request} differs from the published one: {found}.");

    private Failure Detach()
    {
        IsDetached = true;
        context.Logger.PassedThrough(request.ToString(), context.Space.Problem);
        _growing?.Detach();
        _head.TrySetResult(new FillHead(_length, _growing));
        return new Failure(FailureKind.Storage, context.Space.Problem ?? "There is no space left.");
    }
}
