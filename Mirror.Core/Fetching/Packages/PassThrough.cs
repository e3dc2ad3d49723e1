using System.Buffers;
using System.IO.Pipelines;
using System.Security.Cryptography;
using Mirror.Core.Addresses;
using Mirror.Core.Configuration;
using Mirror.Core.Storage;

namespace Mirror.Core.Fetching.Packages;

/// <summary>Runs pass-throughs, a few at a time; each is a separate download.</summary>
internal sealed class PassThroughs(PackageFillContext context, UpstreamLimits limits, CancellationToken stopping) : IDisposable
{
    private const int MaxConcurrent = 4;
    private readonly DownloadSlots _slots = new(MaxConcurrent, limits.SlowFillsPerHost, includesConsumer: true);

    /// <param name="prefix">The bytes that a fill had written when the disk became full, or null.</param>
    /// <param name="offset">How much of it the client has received.</param>
    public PassThrough Start(FetchRequest request, StagedPackage? prefix, long offset)
    {
        var pass = new PassThrough(request, prefix, offset);
        pass.Start(context, _slots, stopping);
        return pass;
    }

    public void Dispose() => _slots.Dispose();
}

/// <summary>
/// Streams a package to one client without storing it, for example if there is no space. It is hashed on the way, and its end is withheld
/// until the hash is verified.
/// </summary>
internal sealed class PassThrough(FetchRequest request, StagedPackage? prefix, long offset) : IPackageSink, IDisposable
{
    private readonly Pipe _pipe = new(
        new PipeOptions(pauseWriterThreshold: 512 * 1024, resumeWriterThreshold: 256 * 1024, useSynchronizationContext: false));
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly CancellationTokenSource _gone = new();
    private readonly byte[] _end = new byte[GrowingPackage.Withheld];
    private int _endLength;
    private Task _work = Task.CompletedTask;

    public long Position { get; private set; }

    public void Start(PackageFillContext context, DownloadSlots slots, CancellationToken stopping) => _work = Task.Run(async () =>
    {
        using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(_gone.Token, stopping);
        Failure? failure;
        try
        {
            using var slot = await slots.TakeAsync(cancellation.Token).ConfigureAwait(false);
            failure = await RunAsync(context, slot, cancellation.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
        {
            failure = new Failure(FailureKind.Unreachable, "The server is stopping, or the client has disconnected.");
        }
        catch (Exception e)
        {
            // The waiting client must be notified of any exception.
            context.Logger.Unexpected(request.ToString(), e);
            failure = StorageFailure.Describe($"{request} could not be passed through", e);
        }

        if (failure?.Kind == FailureKind.VerificationFailed)
        {
            try
            {
                await request.RefuseAsync(context, failure).ConfigureAwait(false);
            }
            catch (Exception e)
            {
                context.Logger.Unexpected(request.ToString(), e);
            }
        }

        await _pipe.Writer.CompleteAsync(failure is null ? null : new PackageAbortedException(failure)).ConfigureAwait(false);
    }, CancellationToken.None);

    /// <returns>The number of bytes read; 0 at the end.</returns>
    /// <exception cref="PackageAbortedException">The rest will not arrive.</exception>
    public async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        var result = await _pipe.Reader.ReadAsync(cancellationToken).ConfigureAwait(false);
        var available = result.Buffer.Slice(0, Math.Min(result.Buffer.Length, buffer.Length));
        int length = (int)available.Length;
        int copied = 0;
        foreach (var segment in available)
        {
            segment.CopyTo(buffer[copied..]);
            copied += segment.Length;
        }

        _pipe.Reader.AdvanceTo(available.End, length > 0 ? available.End : result.Buffer.End);
        return length;
    }

    public ValueTask<Failure?> BeginAsync(long? length, CancellationToken cancellationToken) => ValueTask.FromResult<Failure?>(null);

    public async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        _hash.AppendData(bytes.Span);
        await TakeAsync(bytes, cancellationToken).ConfigureAwait(false);
    }

    public void Dispose()
    {
        _gone.Cancel();
        _pipe.Reader.Complete();
        _ = _work.ContinueWith(_ =>
        {
            _hash.Dispose();
            _gone.Dispose();
        }, TaskScheduler.Default);
    }

    private async Task<Failure?> RunAsync(PackageFillContext context, DownloadSlot slot, CancellationToken cancellationToken)
    {
        await ReplayPrefixAsync(cancellationToken).ConfigureAwait(false);
        var failure = await request.FetchAsync(context, this, slot, cancellationToken).ConfigureAwait(false);
        if (failure is not null)
        {
            return failure;
        }

        request.RecordFetched(context, Position);
        var digest = Sha256Digest.FromBytes(_hash.GetHashAndReset());
        if (request.Digest is { } expected ? digest != expected : !request.TrustOnFirstUse)
        {
            return new Failure(
                FailureKind.VerificationFailed,
                $"The package {request} cannot be verified: its SHA-256 is {digest}, expected {request.Digest?.Hex ?? "one that is known in advance"}.");
        }

        await _pipe.Writer.WriteAsync(_end.AsMemory(0, _endLength), cancellationToken).ConfigureAwait(false);
        return null;
    }

    private async Task ReplayPrefixAsync(CancellationToken cancellationToken)
    {
        byte[] buffer = new byte[64 * 1024];
        for (int read; prefix is not null
            && (read = await prefix.ReadAsync(buffer, Position, cancellationToken).ConfigureAwait(false)) > 0;)
        {
            await WriteAsync(buffer.AsMemory(0, read), cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Passes on the bytes that the client lacks, except for the last bytes received so far.</summary>
    private async ValueTask TakeAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        long begin = Position;
        Position += bytes.Length;
        if (begin < offset)
        {
            bytes = bytes[(int)Math.Min(bytes.Length, offset - begin)..];
        }

        int passing = _endLength + bytes.Length - _end.Length;
        if (passing > 0)
        {
            int fromEnd = Math.Min(passing, _endLength);
            _pipe.Writer.Write(_end.AsSpan(0, fromEnd));
            _end.AsSpan(fromEnd, _endLength - fromEnd).CopyTo(_end);
            _endLength -= fromEnd;
            _pipe.Writer.Write(bytes.Span[..(passing - fromEnd)]);
            bytes = bytes[(passing - fromEnd)..];
            var flushed = await _pipe.Writer.FlushAsync(cancellationToken).ConfigureAwait(false);
            if (flushed.IsCompleted)
            {
                throw new OperationCanceledException("The client has disconnected.");
            }
        }

        bytes.Span.CopyTo(_end.AsSpan(_endLength));
        _endLength += bytes.Length;
    }
}
