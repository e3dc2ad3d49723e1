using Mirror.Core.Configuration;
using Mirror.Core.Database;

namespace Mirror.Tests.Fetching.Documents;

/// <summary>One size limit applies to all cached origin data.</summary>
public sealed class CacheSpaceTests
{
    private const int Capacity = 1 << 20;
    private readonly CacheSpace _space = new(
        new MirrorOptions { DataDirectory = "unused", Upstream = new UpstreamOptions { CacheSize = Capacity } });
    private readonly ReadThroughCache<int, byte[]> _lists;
    private readonly ReadThroughCache<string, byte[]> _documents;

    public CacheSpaceTests()
    {
        _lists = new ReadThroughCache<int, byte[]>((_, _) => Task.FromResult<byte[]?>(null), space: _space, size: value => value.Length);
        _documents = new ReadThroughCache<string, byte[]>(
            (_, _) => Task.FromResult<byte[]?>(null), space: _space, size: value => value.Length);
    }

    [Fact]
    public void Entries_OfAllKinds_StayWithinTheTotalSize()
    {
        for (int i = 0; i < 100; i++)
        {
            _lists.Set(i, new byte[50_000]);
            _documents.Set($"{i}", new byte[30_000]);
            Assert.InRange(_space.Size, 1, Capacity);
        }

        Assert.Equal(_space.Size, _lists.Size + _documents.Size);
        Assert.True(_lists.TryGet(99, out _) && _documents.TryGet("99", out _));
        Assert.False(_lists.TryGet(0, out _) || _documents.TryGet("0", out _));
    }

    [Fact]
    public void Entry_UsedFrequently_IsNotEvicted()
    {
        _lists.Set(0, new byte[1000]);
        for (int i = 1; i < 200; i++)
        {
            Assert.True(_lists.TryGet(0, out _));
            _documents.Set($"{i}", new byte[30_000]);
        }

        Assert.True(_lists.TryGet(0, out _));
    }

    [Fact]
    public void Entry_TooLargeForTheCache_IsSharedWhileReferencedAndNotCounted()
    {
        _lists.Set(1, new byte[1000]);
        byte[] large = new byte[2 * Capacity];

        _lists.Set(2, large);

        Assert.True(_lists.TryGet(2, out byte[]? found));
        Assert.Same(large, found);
        Assert.True(_lists.TryGet(1, out _));
        Assert.InRange(_space.Size, 1000, 2000);
    }

    [Fact]
    public void Entry_ReplacedOrRemoved_IsCountedOnce()
    {
        for (int i = 0; i < 1000; i++)
        {
            _lists.Set(1, new byte[10_000 + i]);
        }

        Assert.InRange(_space.Size, 10_999, 12_000);
        _lists.Remove(1, []);
        Assert.True(_lists.TryGet(1, out byte[]? kept));
        _lists.Remove(1, kept);
        _documents.Set("a", new byte[10]);
        _documents.Clear(key => key == "a");
        Assert.Equal((0, 0, 0), (_space.Size, _lists.Count, _documents.Count));
    }
}
