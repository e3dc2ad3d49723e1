using System.Buffers;
using Mirror.Core.Configuration;
using Mirror.Core.Outcomes;
using Mirror.Core.Upstream;

namespace Mirror.Core.Fetching;

/// <summary>Takes the bytes of a download in order.</summary>
internal interface IPackageSink
{
    /// <summary>Bytes taken so far, which a resumed download does not bring again.</summary>
    long Position { get; }

    /// <summary>Called once, when the origin's headers are there.</summary>
    /// <param name="length">Of the whole package, where the origin tells.</param>
    /// <returns>A failure ends the download.</returns>
    ValueTask<Failure?> BeginAsync(long? length, CancellationToken cancellationToken);

    ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken);
}

/// <summary>
/// Downloads one package into a sink: locates it, resumes with Range when the connection breaks (from the beginning where
/// the origin cannot, passing over what has been taken), within bounded attempts.
/// </summary>
internal sealed class PackageDownload(OriginHttp http, UpstreamLimits limits, long maxSize, TimeProvider time)
{
    private const int BufferSize = 128 * 1024;

    /// <param name="locate">Asked first, and again when the URL has expired.</param>
    /// <returns>Null: all bytes have been taken.</returns>
    public async Task<Failure?> RunAsync(Func<CancellationToken, Task<Outcome<Uri>>> locate, IPackageSink sink, CancellationToken cancellationToken)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            return await RunAsync(locate, sink, buffer, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private async Task<Failure?> RunAsync(Func<CancellationToken, Task<Outcome<Uri>>> locate, IPackageSink sink, byte[] buffer, CancellationToken cancellationToken)
    {
        Uri? url = null;
        string? etag = null;
        long? length = null;
        bool begun = false;
        // Until the first byte somebody waits for an answer: all attempts together have the time that one of them may stand still.
        using var patience = new Deadline(time, limits.PackageIdleTimeout, cancellationToken);
        for (int attempt = 1; ; attempt++)
        {
            Failure? failure = null;
            if (url is null)
            {
                var located = await locate(cancellationToken).ConfigureAwait(false);
                if (!located.TryGet(out url))
                {
                    failure = located.Failure;
                }
            }

            if (url is not null)
            {
                var opened = await http.OpenPackageAsync(url, sink.Position, etag, cancellationToken).ConfigureAwait(false);
                if (opened.TryGet(out var download))
                {
                    using (download)
                    {
                        etag ??= download.ETag;
                        failure = Agree(ref length, download);
                        if (failure is null && !begun)
                        {
                            begun = true;
                            failure = await sink.BeginAsync(length, cancellationToken).ConfigureAwait(false);
                        }

                        if (failure is not null)
                        {
                            return failure;
                        }

                        failure = await CopyAsync(download, url, sink, length, buffer, cancellationToken).ConfigureAwait(false);
                        if (failure is null)
                        {
                            return null;
                        }
                    }
                }
                else
                {
                    failure = opened.Failure;
                    if (attempt > 1 && failure.Kind is FailureKind.NotFound or FailureKind.CredentialsRefused && attempt < limits.PackageAttempts)
                    {
                        // Signed URLs expire while a download is interrupted.
                        url = null;
                        continue;
                    }
                }
            }

            if (RetryPolicy.PauseBefore(failure!, attempt, limits.PackageAttempts, begun ? limits.PackageIdleTimeout : patience.Remaining, Random.Shared.NextDouble(), limits) is not { } pause)
            {
                return failure;
            }

            await Task.Delay(pause, time, cancellationToken).ConfigureAwait(false);
        }
    }

    private Failure? Agree(ref long? length, OriginDownload download)
    {
        if (download.Length > maxSize)
        {
            return new Failure(FailureKind.InvalidAnswer, $"The package has {Quantity.FormatSize(download.Length.Value)}, more than the {Quantity.FormatSize(maxSize)} allowed (Mirror:Packages:MaxPackageSize).");
        }

        if (length is not null && download.Length is not null && length != download.Length)
        {
            return new Failure(FailureKind.InvalidAnswer, $"The origin first announced {length} bytes, then {download.Length}.");
        }

        length ??= download.Length;
        return null;
    }

    private async Task<Failure?> CopyAsync(OriginDownload download, Uri url, IPackageSink sink, long? length, byte[] buffer, CancellationToken cancellationToken)
    {
        long position = download.Offset;
        using var idle = new CancellationTokenSource(limits.PackageIdleTimeout, time);
        using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(idle.Token, cancellationToken);
        while (true)
        {
            int read;
            try
            {
                read = await download.Content.ReadAsync(buffer.AsMemory(0, BufferSize), cancellation.Token).ConfigureAwait(false);
            }
            catch (Exception e) when (!cancellationToken.IsCancellationRequested && OriginHttp.Describe(e, url, idle.Token) is { } failure)
            {
                return failure;
            }

            if (read == 0)
            {
                return length is null || position == length
                    ? null
                    : new Failure(FailureKind.Unreachable, $"{url.Authority} ended the package after {position} of {length} bytes.");
            }

            // Whoever takes the bytes may take its time: that is not the origin standing still.
            idle.CancelAfter(Timeout.InfiniteTimeSpan);
            if (position + read > (length ?? maxSize))
            {
                return new Failure(FailureKind.InvalidAnswer, $"The origin sends more than {(length is null ? "the " + Quantity.FormatSize(maxSize) + " allowed (Mirror:Packages:MaxPackageSize)" : $"the {length} bytes it announced")}.");
            }

            long known = Math.Min(Math.Max(sink.Position - position, 0), read);
            position += read;
            if (known < read)
            {
                await sink.WriteAsync(buffer.AsMemory((int)known, read - (int)known), cancellationToken).ConfigureAwait(false);
            }

            idle.CancelAfter(limits.PackageIdleTimeout);
        }
    }
}
