namespace Mirror.Core.Upstream;

/// <summary>
/// Limits the memory of documents that are being read from origins concurrently. Small documents share one pool; a document that
/// outgrows its share, or starts while the pool is exhausted, waits for one of a few slots for large ones. The holder of a slot never
/// waits, so every slot is released.
/// </summary>
public sealed class OriginMemory : IDisposable
{
    /// <summary>How many documents may grow up to <c>MaxVersionList</c> concurrently.</summary>
    internal const int MaxLargeDocuments = 2;

    private const long Room = 16L << 20;
    private const long PartOfOne = 1L << 20;

    private readonly SemaphoreSlim _places = new(MaxLargeDocuments, MaxLargeDocuments);
    private long _used;

    public void Dispose() => _places.Dispose();

    /// <summary>The share of one document; dispose it when the document has been read.</summary>
    internal Share Begin() => new(this);

    private bool TryTake(long bytes)
    {
        if (Interlocked.Add(ref _used, bytes) <= Room)
        {
            return true;
        }

        Interlocked.Add(ref _used, -bytes);
        return false;
    }

    internal sealed class Share(OriginMemory memory) : IDisposable
    {
        private long _taken;
        private bool _hasPlace;

        /// <summary>Call before that many more bytes of the document are buffered.</summary>
        /// <exception cref="OriginMemoryException">No slot became free in time.</exception>
        public Task GrowAsync(int bytes, CancellationToken cancellationToken)
        {
            if (_hasPlace)
            {
                return Task.CompletedTask;
            }

            if (_taken + bytes <= PartOfOne && memory.TryTake(bytes))
            {
                _taken += bytes;
                return Task.CompletedTask;
            }

            return WaitAsync(cancellationToken);
        }

        public void Dispose()
        {
            Interlocked.Add(ref memory._used, -_taken);
            _taken = 0;
            if (_hasPlace)
            {
                _hasPlace = false;
                memory._places.Release();
            }
        }

        private async Task WaitAsync(CancellationToken cancellationToken)
        {
            try
            {
                await memory._places.WaitAsync(cancellationToken).ConfigureAwait(false);
                _hasPlace = true;
            }
            catch (OperationCanceledException e)
            {
                throw new OriginMemoryException("Too many large documents are being read from origins at the same time.", e);
            }
        }
    }
}

/// <summary>A document was not read in time because of concurrent documents, not because of its origin.</summary>
internal sealed class OriginMemoryException(string message, Exception inner) : Exception(message, inner);

/// <summary>A document exceeds its maximum length.</summary>
internal sealed class DocumentTooLargeException : Exception;

/// <summary>
/// A document body with a maximum length, accounted to <see cref="OriginMemory"/>, which must not be a web page, regardless of its media
/// type.
/// </summary>
internal sealed class BoundedBody(Stream body, long maxLength, bool mayBeMarkup, OriginMemory.Share share) : ReadOnlyStream
{
    private long _length;
    private bool _hasBegun = mayBeMarkup;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        int read = await body.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        _length += read;
        if (_length > maxLength)
        {
            throw new DocumentTooLargeException();
        }

        if (!_hasBegun && read > 0)
        {
            var begin = buffer.Span[..read];
            if (Markup.Begins(begin))
            {
                throw new MarkupException();
            }

            _hasBegun = begin.ContainsAnyExcept(Markup.WhiteSpace);
        }

        await share.GrowAsync(read, cancellationToken).ConfigureAwait(false);
        return read;
    }

    /// <exception cref="NotSupportedException">Bodies are only read asynchronously.</exception>
    public override int Read(Span<byte> buffer) => throw new NotSupportedException();
}
