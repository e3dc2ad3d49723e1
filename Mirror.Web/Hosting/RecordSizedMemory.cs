using System.Buffers;
using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using Microsoft.AspNetCore.Connections;

namespace Mirror.Web.Hosting;

/// <summary>
/// The memory of connections in blocks of one TLS record. The web server encrypts block by block: from its own blocks of
/// 4 KB a package becomes four times as many records, each with its own overhead.
/// See https://www.rfc-editor.org/rfc/rfc8446#section-5.1.
/// </summary>
internal sealed class RecordSizedMemory : MemoryPool<byte>, IMemoryPoolFactory<byte>
{
    /// <summary>Bytes: the most that a TLS record holds.</summary>
    public const int BlockSize = 16 * 1024;

    // 32 MB: what a few hundred downloads hold at once. To give it back and make it anew for each of them would cost more memory.
    private const int MaxKept = 2048;

    private readonly ConcurrentQueue<Block> _kept = new();
    private int _count;

    public override int MaxBufferSize => BlockSize;

    /// <summary>The same for all connections: the blocks that one gives back serve any other.</summary>
    public MemoryPool<byte> Create(MemoryPoolOptions? options = null) => this;

    public override IMemoryOwner<byte> Rent(int minBufferSize = -1)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(minBufferSize, BlockSize);
        if (!_kept.TryDequeue(out var block))
        {
            return new Block(this);
        }

        Interlocked.Decrement(ref _count);
        block.IsRented = true;
        return block;
    }

    // Listeners dispose what they created, each while others go on.
    protected override void Dispose(bool disposing)
    {
    }

    private void Return(Block block)
    {
        if (Interlocked.Increment(ref _count) > MaxKept)
        {
            Interlocked.Decrement(ref _count);
            return;
        }

        _kept.Enqueue(block);
    }

    private sealed class Block(RecordSizedMemory pool) : IMemoryOwner<byte>
    {
        // Pinned, so that the system reads and writes it in place.
        public Memory<byte> Memory { get; } = MemoryMarshal.CreateFromPinnedArray(
            GC.AllocateUninitializedArray<byte>(BlockSize, pinned: true), 0, BlockSize);

        public bool IsRented { get; set; } = true;

        public void Dispose()
        {
            if (IsRented)
            {
                IsRented = false;
                pool.Return(this);
            }
        }
    }
}
