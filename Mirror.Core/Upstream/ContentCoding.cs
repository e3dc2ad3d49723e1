using System.IO.Compression;
using System.Net.Http.Headers;
using Mirror.Core.Addresses;

namespace Mirror.Core.Upstream;

/// <summary>
/// The <c>Content-Encoding</c> of responses: gzip is decoded, even if it was not requested; a response with any other coding is
/// rejected with an error that names it.
/// </summary>
internal static class ContentCoding
{
    /// <summary>Whether the content is encoded, with gzip once <see cref="Refuse"/> has returned null.</summary>
    public static bool IsGzip(HttpContentHeaders headers) => Codings(headers).Any();

    /// <returns>The reason why the content cannot be decoded; null if it can, or needs no decoding.</returns>
    public static Failure? Refuse(HttpContentHeaders headers, Uri url)
    {
        string[] codings = [.. Codings(headers)];
        return codings is [] or ["gzip" or "x-gzip"]
            ? null
            : new Failure(
                FailureKind.InvalidAnswer,
                $"{OriginGuard.Redact(url)} responded with Content-Encoding '{string.Join(", ", codings)}'; expected gzip or none.");
    }

    private static IEnumerable<string> Codings(HttpContentHeaders headers) =>
        headers.ContentEncoding.Select(coding => coding.ToLowerInvariant()).Where(coding => coding is not "identity");
}

/// <summary>
/// An archive with <c>Content-Encoding: gzip</c>, decoded. Some servers use this label for archives whose own format is gzip, such as
/// <c>.tar.gz</c>, and send them unchanged; those are not decoded.
/// </summary>
/// <param name="mayBeLabelled">The archive format itself is gzip.</param>
internal sealed class GzipContent(Stream content, bool mayBeLabelled) : ReadOnlyStream
{
    private const int Sample = 4096;
    private Stream? _decoded;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        _decoded ??= mayBeLabelled
            ? await OpenAsync(cancellationToken).ConfigureAwait(false)
            : new GZipStream(content, CompressionMode.Decompress);
        return await _decoded.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
    }

    /// <exception cref="NotSupportedException">Packages are only read asynchronously.</exception>
    public override int Read(Span<byte> buffer) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _decoded?.Dispose();
            content.Dispose();
        }

        base.Dispose(disposing);
    }

    private async Task<Stream> OpenAsync(CancellationToken cancellationToken)
    {
        byte[] sample = new byte[Sample];
        int length = await content.ReadAtLeastAsync(sample, Sample, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
        var whole = new PrefixedContent(sample.AsMemory(0, length), content);
        return IsGzipInside(sample.AsMemory(0, length)) ? new GZipStream(whole, CompressionMode.Decompress) : whole;
    }

    private static bool IsGzipInside(ReadOnlyMemory<byte> sample)
    {
        try
        {
            using var decoded = new GZipStream(new PrefixedContent(sample, Null), CompressionMode.Decompress);
            Span<byte> begin = stackalloc byte[2];
            return decoded.ReadAtLeast(begin, begin.Length, throwOnEndOfStream: false) == begin.Length && begin is [0x1f, 0x8b];
        }
        catch (InvalidDataException)
        {
            return false;
        }
    }
}

/// <summary>Bytes that have been read ahead, then the rest.</summary>
internal sealed class PrefixedContent(ReadOnlyMemory<byte> prefix, Stream rest) : ReadOnlyStream
{
    private ReadOnlyMemory<byte> _prefix = prefix;

    public override int Read(Span<byte> buffer)
    {
        if (_prefix.IsEmpty)
        {
            return rest.Read(buffer);
        }

        int count = Math.Min(buffer.Length, _prefix.Length);
        _prefix.Span[..count].CopyTo(buffer);
        _prefix = _prefix[count..];
        return count;
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        _prefix.IsEmpty ? rest.ReadAsync(buffer, cancellationToken) : ValueTask.FromResult(Read(buffer.Span));
}
