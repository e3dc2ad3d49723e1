using System.Buffers;
using Mirror.Core.Addresses;
using Mirror.Core.Configuration;
using Mirror.Core.Upstream;

namespace Mirror.Core.Fetching.Packages;

/// <summary>Receives the bytes of a download in order.</summary>
internal interface IPackageSink
{
    /// <summary>The number of bytes received so far; a resumed download continues after them.</summary>
    long Position { get; }

    /// <summary>Called once, when the origin's headers have arrived.</summary>
    /// <param name="length">The length of the whole package, if the origin states it.</param>
    /// <returns>A failure ends the download.</returns>
    ValueTask<Failure?> BeginAsync(long? length, CancellationToken cancellationToken);

    ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken);
}

/// <summary>
/// Downloads one package into a sink: locates it and, if the connection is lost, resumes it with Range (or from the beginning, skipping
/// bytes already received, if the origin does not support that), with a limited number of attempts. Content that cannot be an archive of
/// its format is rejected before any of it reaches the sink.
/// </summary>
internal sealed class PackageDownload(OriginHttp http, UpstreamLimits limits, long maxSize, TimeProvider time)
{
    private const int BufferSize = 128 * 1024;

    /// <param name="locate">Called first, and again if the URL has expired.</param>
    /// <param name="slot">Released if the origin is slow.</param>
    /// <returns>Null if all bytes have been received.</returns>
    public async Task<Failure?> RunAsync(
        FetchRequest request,
        Func<CancellationToken, Task<Outcome<Uri>>> locate,
        IPackageSink sink,
        DownloadSlot slot,
        CancellationToken cancellationToken)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        using var pace = new DownloadPace(time, limits, slot);
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

        /// <summary>Whether clients have received a part: the last bytes are withheld until the package is verified.</summary>
        private bool HasFlowed => sink.Position > GrowingPackage.Withheld;

        public async Task<Failure?> RunAsync(Func<CancellationToken, Task<Outcome<Uri>>> locate, CancellationToken cancellationToken)
        {
            // Until the first byte flows, a client waits for the response: all attempts together may only take the time that a single one
            // may stall.
            using var deadline = new Deadline(time, limits.PackageIdleTimeout, cancellationToken);
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
                            failure = await TakeAsync(download, _url, deadline, cancellationToken).ConfigureAwait(false);
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
                            // Signed URLs may expire while a download is interrupted.
                            _url = null;
                            continue;
                        }
                    }
                }

                if (RetryPolicy.PauseBefore(failure!, attempt, limits.PackageAttempts, HasFlowed ? limits.PackageIdleTimeout : deadline.Remaining, Random.Shared.NextDouble(), limits) is not { } pause)
                {
                    return failure;
                }

                await Task.Delay(pause, time, cancellationToken).ConfigureAwait(false);
            }
        }

        private async Task<Failure?> TakeAsync(OriginDownload download, Uri url, Deadline deadline, CancellationToken cancellationToken)
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
            using var waiting = CancellationTokenSource.CreateLinkedTokenSource(flowing.Token, deadline.Token);
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
                    // The origin did respond: report it like any other lost connection.
                    return idle.IsCancellationRequested || deadline.IsOver && !HasFlowed
                        ? new Failure(FailureKind.Unreachable, $"{url.Authority} stopped sending the package after {Described(position)}.")
                        : failure;
                }

                // Time spent on storing is not a stall of the origin.
#pragma warning disable RS0030 // The source uses the TimeProvider that it was created with.
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
                        : new Failure(FailureKind.Unreachable, $"{url.Authority} closed the connection after {Described(position)}.");
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

        /// <summary>Checks whether the announced response can be the package and is consistent with earlier responses.</summary>
        private Failure? Agree(OriginDownload download)
        {
            if (download.Length > maxSize)
            {
                return Unusable(
                    $"The package size of {Quantity.FormatSize(download.Length.Value)} exceeds the limit of {Quantity.FormatSize(maxSize)} (Mirror:Packages:MaxPackageSize).");
            }

            if (_length is not null && download.Length is not null && _length != download.Length)
            {
                return Unusable($"The origin first announced {_length} bytes, then {download.Length}.");
            }

            _length ??= download.Length;
            return _length < request.Format.MinimumLength ? TooShort(_length.Value) : null;
        }

        /// <summary>Checks whether the bytes received so far, including those in the buffer, can be the package or a part of it.</summary>
        private Failure? Judge(OriginDownload download, Uri url, long position, int read)
        {
            if (position + read > (_length ?? maxSize))
            {
                return Unusable(
                    $"The origin sent more than {(_length is null ? "the limit of " + Quantity.FormatSize(maxSize) + " (Mirror:Packages:MaxPackageSize)" : $"the {_length} bytes it announced")}.");
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
