namespace Mirror.Core.Storage.Archives;

/// <summary>
/// A compressed archive's content, whose position only moves forward, at the cost of unpacking what is skipped. It ends with an exception
/// at a limit, so that no archive unpacks for longer.
/// </summary>
internal sealed class ForwardStream(Stream inner, long limit, CancellationToken cancellationToken) : ReadOnlyStream
{
    private readonly byte[] _skipped = new byte[32 * 1024];
    private long _position;

    public override bool CanSeek => true;

    /// <summary>The limit: the actual length is unknown until the end.</summary>
    public override long Length => limit;

    public override long Position
    {
        get => _position;
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, _position);
            while (_position < value)
            {
                if (Read(_skipped.AsSpan(0, (int)Math.Min(value - _position, _skipped.Length))) == 0)
                {
                    throw new InvalidDataException("the archive is truncated: it ends in the middle of an entry");
                }
            }
        }
    }

    public override int Read(Span<byte> buffer)
    {
        cancellationToken.ThrowIfCancellationRequested();
        int read;
        try
        {
            read = inner.Read(buffer);
        }
        catch (InvalidDataException e)
        {
            throw new InvalidDataException("the archive is truncated or damaged: its compressed content cannot be read", e);
        }

        _position += read;
        return _position <= limit ? read : throw new InvalidDataException(TooLarge(limit));
    }

    public static string TooLarge(long limit) => $"the archive unpacks to more than the {limit} bytes allowed";

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
        }

        base.Dispose(disposing);
    }
}
