using System.Buffers;
using Mirror.Core.Addresses;
using Mirror.Core.Configuration;
using Mirror.Core.Upstream;

namespace Mirror.Core.Fetching.Packages;

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
/// the origin cannot, passing over what has been taken), within bounded attempts. What cannot be an archive of its format is
/// refused before any of it reaches the sink.
/// </summary>
internal sealed class PackageDownload(OriginHttp http, UpstreamLimits limits, long maxSize, TimeProvider time)
{
    private const int BufferSize = 128 * 1024;

    /// <param name="locate">Asked first, and again when the URL has expired.</param>
    /// <param name="place">Given up where the origin is slow.</param>
    /// <returns>Null: all bytes have been taken.</returns>
    public async Task<Failure?> RunAsync(
        FetchRequest request,
        Func<CancellationToken, Task<Outcome<Uri>>> locate,
        IPackageSink sink,
        DownloadPlace place,
        CancellationToken cancellationToken)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        using var pace = new DownloadPace(time, limits, place);
        using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(pace.Over, cancellationToken);
        try
        {
            return await new Transfer(http, limits, maxSize, time, request, sink, pace, buffer)
                .RunAsync(locate, cancellation.Token)
                .ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (pace.Failure is not null && !cancellationToken.IsCancellationRequested)
        {
            return pace.Failure;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private sealed class Transfer(
        OriginHttp http,
        UpstreamLimits limits,
        long maxSize,
        TimeProvider time,
        FetchRequest request,
        IPackageSink sink,
        DownloadPace pace,
        byte[] buffer)
    {
        private Uri? _url;
        private string? _etag;
        private long? _length;
        private bool _begun;
        private bool _isEncoded;

        /// <summary>Whether clients have got a part of it: its end is withheld until it is proven.</summary>
        private bool HasFlowed => sink.Position > GrowingPackage.Withheld;

        public async Task<Failure?> RunAsync(Func<CancellationToken, Task<Outcome<Uri>>> locate, CancellationToken cancellationToken)
        {
            // Until the first byte flows a client waits for an answer: all attempts together have the time that one of them may stand
            // still.
            using var patience = new Deadline(time, limits.PackageIdleTimeout, cancellationToken);
            for (int attempt = 1; ; attempt++)
            {
                pace.Wait();
                Failure? failure = null;
                if (_url is null)
                {
                    var located = await locate(cancellationToken).ConfigureAwait(false);
                    if (!located.TryGet(out _url))
                    {
                        failure = located.Failure;
                    }
                }

                if (_url is not null)
                {
                    var opened = await http.OpenPackageAsync(
                        _url, request.Format, _isEncoded ? 0 : sink.Position, _etag, cancellationToken).ConfigureAwait(false);
                    if (opened.TryGet(out var download))
                    {
                        using (download)
                        {
                            failure = await TakeAsync(download, _url, patience, cancellationToken).ConfigureAwait(false);
                        }

                        if (failure is null)
                        {
                            return null;
                        }
                    }
                    else
                    {
                        failure = opened.Failure;
                        if (attempt > 1
                            && failure.Kind is FailureKind.NotFound or FailureKind.CredentialsRefused
                            && attempt < limits.PackageAttempts)
                        {
                            // Signed URLs expire while a download is interrupted.
                            _url = null;
                            continue;
                        }
                    }
                }

                if (RetryPolicy.PauseBefore(failure!, attempt, limits.PackageAttempts, HasFlowed ? limits.PackageIdleTimeout : patience.Remaining, Random.Shared.NextDouble(), limits) is not { } pause)
                {
                    return failure;
                }

                await Task.Delay(pause, time, cancellationToken).ConfigureAwait(false);
            }
        }

        private async Task<Failure?> TakeAsync(OriginDownload download, Uri url, Deadline patience, CancellationToken cancellationToken)
        {
            _etag ??= download.ETag;
            _isEncoded |= download.IsEncoded;
            if (Agree(download) is { } contradiction)
            {
                return contradiction;
            }

            pace.Connect(_length);
            // Without a length, or with the media type of a page, only the first bytes show whether this is a package.
            if (_length is not null && !download.IsHtml && await BeginAsync(cancellationToken).ConfigureAwait(false) is { } refused)
            {
                return refused;
            }

            pace.Wait();
            using var idle = new CancellationTokenSource(limits.PackageIdleTimeout, time);
            using var flowing = CancellationTokenSource.CreateLinkedTokenSource(idle.Token, cancellationToken);
            using var waiting = CancellationTokenSource.CreateLinkedTokenSource(flowing.Token, patience.Token);
            int atLeast = download.Offset == 0 ? request.Format.MinimumLength : 1;
            for (long position = download.Offset; ; atLeast = 1)
            {
                int read;
                try
                {
                    read = await download.Content.ReadAtLeastAsync(
                        buffer.AsMemory(0, BufferSize),
                        atLeast,
                        throwOnEndOfStream: false,
                        HasFlowed ? flowing.Token : waiting.Token).ConfigureAwait(false);
                }
                catch (Exception e) when (!cancellationToken.IsCancellationRequested
                    && OriginFailures.Describe(e, url, idle.Token) is { } failure)
                {
                    // It did answer: a client is told as of any other broken connection.
                    return idle.IsCancellationRequested || patience.IsOver && !HasFlowed
                        ? new Failure(FailureKind.Unreachable, $"{url.Authority} stopped sending the package after {Described(position)}.")
                        : failure;
                }

                // Storing may take its time: that is not the origin standing still.
#pragma warning disable RS0030 // The source uses the TimeProvider that it was made with.
                idle.CancelAfter(Timeout.InfiniteTimeSpan);
#pragma warning restore RS0030
                if (pace.Receive(read) is { } tooSlow)
                {
                    return tooSlow;
                }

                if (Judge(download, url, position, read) is { } unusable)
                {
                    return unusable;
                }

                if (await BeginAsync(cancellationToken).ConfigureAwait(false) is { } refusal)
                {
                    return refusal;
                }

                if (read == 0)
                {
                    return _length is null || position == _length
                        ? null
                        : new Failure(FailureKind.Unreachable, $"{url.Authority} ended the package after {Described(position)}.");
                }

                int known = (int)Math.Min(Math.Max(sink.Position - position, 0), read);
                position += read;
                if (known < read)
                {
                    await sink.WriteAsync(buffer.AsMemory(known, read - known), cancellationToken).ConfigureAwait(false);
                }

#pragma warning disable RS0030 // As above.
                idle.CancelAfter(limits.PackageIdleTimeout);
#pragma warning restore RS0030
                pace.Wait();
            }
        }

        private async ValueTask<Failure?> BeginAsync(CancellationToken cancellationToken)
        {
            if (_begun)
            {
                return null;
            }

            _begun = true;
            pace.Pause();
            return await sink.BeginAsync(_length, cancellationToken).ConfigureAwait(false);
        }

        /// <summary>Whether what the origin announces can be the package, and is what it announced before.</summary>
        private Failure? Agree(OriginDownload download)
        {
            if (download.Length > maxSize)
            {
                return Unusable(
                    $"The package has {Quantity.FormatSize(download.Length.Value)}, more than the {Quantity.FormatSize(maxSize)} allowed (Mirror:Packages:MaxPackageSize).");
            }

            if (_length is not null && download.Length is not null && _length != download.Length)
            {
                return Unusable($"The origin first announced {_length} bytes, then {download.Length}.");
            }

            _length ??= download.Length;
            return _length < request.Format.MinimumLength ? TooShort(_length.Value) : null;
        }

        /// <summary>Whether what has come, the bytes in the buffer behind all before them, can be the package or its part.</summary>
        private Failure? Judge(OriginDownload download, Uri url, long position, int read)
        {
            if (position + read > (_length ?? maxSize))
            {
                return Unusable(
                    $"The origin sends more than {(_length is null ? "the " + Quantity.FormatSize(maxSize) + " allowed (Mirror:Packages:MaxPackageSize)" : $"the {_length} bytes it announced")}.");
            }

            if (position > 0)
            {
                return null;
            }

            var begin = buffer.AsSpan(0, read);
            if (Markup.Begins(begin) || download.IsHtml && !request.Format.Begins(begin))
            {
                return Markup.Refuse(url, "a package");
            }

            if (read < request.Format.MinimumLength)
            {
                return _length is null ? TooShort(read) : null;
            }

            return request.Digest is null && request.ContentHash is null ? request.HeaderCheck(begin) : null;
        }

        private Failure TooShort(long length) =>
            Unusable($"The origin sent {length} bytes as the package {request}; a {request.Format} archive has at least {request.Format.MinimumLength}.");

        private string Described(long position) => _length is null ? $"{position} bytes" : $"{position} of {_length} bytes";

        private static Failure Unusable(string message) => new(FailureKind.InvalidAnswer, message);
    }
}
