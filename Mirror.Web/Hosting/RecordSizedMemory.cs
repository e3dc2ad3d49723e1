using System.Buffers;
using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using Microsoft.AspNetCore.Connections;

namespace Mirror.Web.Hosting;

/// <summary>
/// Provides connections with memory blocks of the size of a TLS record. The web server encrypts block by block: with its own blocks of
/// 4 KB, a package would need four times as many records, each with its overhead.
/// See https://www.rfc-editor.org/rfc/rfc8446#section-5.1.
/// </summary>
internal sealed class RecordSizedMemory : MemoryPool<byte>, IMemoryPoolFactory<byte>
{
    /// <summary>In bytes: the maximum size of a TLS record.</summary>
    public const int BlockSize = 16 * 1024;

    // 32 MB, as much as a few hundred downloads hold; releasing and allocating it for each would cost more memory.
    private const int MaxKept = 2048;

    private readonly ConcurrentQueue<Block> _kept = new();
    private int _count;

    public override int MaxBufferSize => BlockSize;

    /// <summary>Returns the same pool for all connections, which share its blocks.</summary>
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

    // Listeners dispose the pool they created while others still use it.
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
        // Pinned, so that the system reads and writes it without copying.
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
