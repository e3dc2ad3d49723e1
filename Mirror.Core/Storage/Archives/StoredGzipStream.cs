using System.Buffers.Binary;

namespace Mirror.Core.Storage.Archives;

/// <summary>
/// Writes gzip without compression. Compressors give different bytes in other versions and on other processors, but an archive that is
/// made again must have the same digest. See https://www.rfc-editor.org/rfc/rfc1952 and https://www.rfc-editor.org/rfc/rfc1951#page-11.
/// </summary>
/// <param name="write">Receives the bytes.</param>
internal sealed class StoredGzipStream(Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask> write) : Stream
{
    private const int BlockHeader = 5;
    private readonly byte[] _block = new byte[BlockHeader + ushort.MaxValue];
    private int _filled;
    private uint _crc;
    private uint _length;
    private bool _begun;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        _crc = Crc32.Append(_crc, buffer.Span);
        _length = unchecked(_length + (uint)buffer.Length);
        while (buffer.Length > 0)
        {
            if (_filled == ushort.MaxValue)
            {
                await WriteBlockAsync(isLast: false, cancellationToken).ConfigureAwait(false);
            }

            int taken = Math.Min(buffer.Length, ushort.MaxValue - _filled);
            buffer[..taken].CopyTo(_block.AsMemory(BlockHeader + _filled));
            buffer = buffer[taken..];
            _filled += taken;
        }
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <summary>Writes the last block and the trailer; nothing may be written after it.</summary>
    public async ValueTask CompleteAsync(CancellationToken cancellationToken)
    {
        await WriteBlockAsync(isLast: true, cancellationToken).ConfigureAwait(false);
        byte[] trailer = new byte[8];
        BinaryPrimitives.WriteUInt32LittleEndian(trailer, _crc);
        BinaryPrimitives.WriteUInt32LittleEndian(trailer.AsSpan(4), _length);
        await write(trailer, cancellationToken).ConfigureAwait(false);
    }

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
        // Blocks are written when they are full.
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    private async ValueTask WriteBlockAsync(bool isLast, CancellationToken cancellationToken)
    {
        if (!_begun)
        {
            _begun = true;
            // Deflate, no time, unknown operating system.
            await write(new byte[] { 0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255 }, cancellationToken).ConfigureAwait(false);
        }

        _block[0] = isLast ? (byte)1 : (byte)0;
        BinaryPrimitives.WriteUInt16LittleEndian(_block.AsSpan(1), (ushort)_filled);
        BinaryPrimitives.WriteUInt16LittleEndian(_block.AsSpan(3), (ushort)~_filled);
        await write(_block.AsMemory(0, BlockHeader + _filled), cancellationToken).ConfigureAwait(false);
        _filled = 0;
    }
}
