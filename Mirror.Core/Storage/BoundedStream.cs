namespace Mirror.Core.Storage;

/// <summary>A limited number of bytes of another stream, which stays open.</summary>
internal sealed class BoundedStream(Stream inner, long length) : ReadOnlyStream
{
    private long _left = length;

    public override int Read(Span<byte> buffer)
    {
        int read = inner.Read(buffer[..(int)Math.Min(buffer.Length, _left)]);
        _left -= read;
        return read;
    }
}
