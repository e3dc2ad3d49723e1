using Mirror.Core.Addresses;

namespace Mirror.Core.Storage.Objects;

/// <summary>
/// Reads an object sequentially from an open response, and sends a new request where a reader jumps. Every request names the expected
/// identity, so bytes of a replacement are never returned.
/// </summary>
internal sealed class ObjectContent(IObjectStore objects, string key, ObjectFacts facts) : IPackageContent
{
    /// <summary>Concurrent readers at different offsets keep a response each, up to this number.</summary>
    private const int MaxIdle = 4;

    private readonly Lock _gate = new();
    private readonly List<(long Offset, Stream Stream)> _idle = [];
    private bool _disposed;

    public long Length => facts.Length;

    public string Identity => facts.Identity;

    public bool HasChanged() => false;

    public Task<Uri?> PresignAsync(string fileName, TimeSpan lifetime, CancellationToken cancellationToken) =>
        objects.PresignAsync(key, fileName, lifetime, cancellationToken);

    public async ValueTask<int> ReadAsync(Memory<byte> buffer, long offset, CancellationToken cancellationToken)
    {
        if (offset >= Length || buffer.IsEmpty)
        {
            return 0;
        }

        var stream = Take(offset)
            ?? await objects.OpenAsync(key, offset, Identity, cancellationToken).ConfigureAwait(false)
            ?? throw new ObjectStoreException(ObjectStoreFault.Replaced, objects.Location);
        int read = 0;
        try
        {
            read = await stream.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            // After a failure, the response is of no use.
            if (read == 0)
            {
                await stream.DisposeAsync().ConfigureAwait(false);
            }
        }

        if (read == 0)
        {
            throw new ObjectStoreException(ObjectStoreFault.Unreachable, objects.Location, "the response ended early");
        }

        Keep(offset + read, stream);
        return read;
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
            foreach (var (_, stream) in _idle)
            {
                stream.Dispose();
            }

            _idle.Clear();
        }
    }

    private Stream? Take(long offset)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            int at = _idle.FindIndex(idle => idle.Offset == offset);
            if (at < 0)
            {
                return null;
            }

            var stream = _idle[at].Stream;
            _idle.RemoveAt(at);
            return stream;
        }
    }

    private void Keep(long offset, Stream stream)
    {
        lock (_gate)
        {
            if (!_disposed && offset < Length)
            {
                _idle.Add((offset, stream));
                stream = _idle[0].Stream;
                if (_idle.Count <= MaxIdle)
                {
                    return;
                }

                _idle.RemoveAt(0);
            }
        }

        stream.Dispose();
    }
}
