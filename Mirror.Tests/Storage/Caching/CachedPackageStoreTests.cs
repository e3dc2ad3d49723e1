using Microsoft.Extensions.Logging.Abstractions;
using Mirror.Core.Addresses;
using Mirror.Core.Storage;
using Mirror.Core.Storage.Caching;
using Mirror.Tests.Importing;
using Mirror.Tests.Time;

namespace Mirror.Tests.Storage.Caching;

public sealed class CachedPackageStoreTests : IDisposable
{
    private const int Length = 20_000;

    private readonly MirrorDirectory _directory = new();
    private readonly RemotePackages _remote;
    private CachedPackageStore _store;

    public CachedPackageStoreTests()
    {
        _remote = new RemotePackages(Path.Combine(_directory.Path, "staging"));
        _store = Start();
    }

    private string CacheDirectory => Path.Combine(_directory.Path, "cache");

    public void Dispose()
    {
        _store.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public async Task Open_AfterACommit_MakesNoRequest()
    {
        byte[] bytes = Bytes(1);
        var digest = Sha256Digest.Of(bytes);
        string identity = await CommitAsync(bytes);

        using var content = await OpenAsync(digest);

        Assert.Equal((identity, true, false), (content.Identity, content.IsVerified, content.HasChanged()));
        Assert.Equal(bytes, await ReadAsync(content));
        Assert.Equal(0, _remote.Requests);
    }

    [Fact]
    public async Task Read_ByManyClients_MakesOneRequestAndCaches()
    {
        byte[] bytes = Bytes(1);
        var digest = _remote.Put(bytes);
        _remote.GateAt = Length / 2;
        var clients = new List<IPackageContent>();
        for (int i = 0; i < 5; i++)
        {
            clients.Add(await OpenAsync(digest));
        }

        var reads = clients.ConvertAll(client => ReadAsync(client));
        await _remote.Gate.WhenReached();
        clients.Add(await OpenAsync(digest));
        reads.Add(ReadAsync(clients[^1]));
        _remote.Gate.Open();

        Assert.All(await Task.WhenAll(reads), read => Assert.Equal(bytes, read));
        clients.ForEach(client => client.Dispose());
        await Eventually.TrueAsync(() => _store.CachedBytes == Length);
        using var cached = await OpenAsync(digest);
        Assert.Equal(bytes, await ReadAsync(cached));
        // One to open and one to read.
        Assert.Equal(2, _remote.Requests);
    }

    [Fact]
    public async Task Read_EndedByTheOnlyClient_IsCachedNevertheless()
    {
        var digest = _remote.Put(Bytes(1));
        _remote.GateAt = Length / 2;
        using (var content = await OpenAsync(digest))
        {
            Assert.True(await content.ReadAsync(new byte[100], 0, CancellationToken.None) > 0);
        }

        _remote.Gate.Open();

        await Eventually.TrueAsync(() => _store.CachedBytes == Length);
    }

    [Fact]
    public async Task Read_OfTheEndOnly_CachesNothing()
    {
        byte[] bytes = Bytes(1);
        using var content = await OpenAsync(_remote.Put(bytes));
        byte[] end = new byte[100];

        Assert.Equal(100, await content.ReadAsync(end, Length - 100, CancellationToken.None));

        Assert.Equal(bytes[^100..], end);
        Assert.Empty(Files());
    }

    [Fact]
    public async Task Commit_BeyondTheCapacity_RemovesTheLeastRecentlyUsedThatIsNotRead()
    {
        byte[][] packages = [Bytes(1), Bytes(2), Bytes(3), Bytes(4)];
        var digests = packages.Select(bytes => Sha256Digest.Of(bytes)).ToList();
        await CommitAsync(packages[0]);
        await CommitAsync(packages[1]);
        await CommitAsync(packages[2]);
        using var reading = await OpenAsync(digests[0]);
        (await OpenAsync(digests[2])).Dispose();
        (await OpenAsync(digests[1])).Dispose();

        await CommitAsync(packages[3]);

        Assert.Equal(new[] { digests[0].Hex, digests[1].Hex, digests[3].Hex }.Order(), Files().Order());
        Assert.Equal(packages[0], await ReadAsync(reading));
        Assert.Equal(3 * Length, _store.CachedBytes);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Start_AfterAStopOrACrash_KeepsUnchangedCopies(bool stop)
    {
        byte[] bytes = Bytes(1);
        string identity = await CommitAsync(bytes);
        await CommitAsync(Bytes(2));
        string changed = Path.Combine(CacheDirectory, Sha256Digest.Of(Bytes(2)).Hex);
        await File.AppendAllTextAsync(changed, "more");
        await File.WriteAllTextAsync(Path.Combine(CacheDirectory, "0123.part"), "left");
        if (stop)
        {
            _store.Dispose();
        }

        using var next = Start();

        Assert.Equal([Sha256Digest.Of(bytes).Hex], Files());
        using var content = (await next.OpenAsync(Sha256Digest.Of(bytes), CancellationToken.None))!;
        Assert.Equal((identity, Length), (content.Identity, next.CachedBytes));
        Assert.Equal(bytes, await ReadAsync(content));
        Assert.Equal(0, _remote.Requests);
    }

    [Fact]
    public async Task Start_AfterAStop_KnowsWhichWereUsedLast()
    {
        byte[][] packages = [Bytes(1), Bytes(2), Bytes(3)];
        foreach (byte[] bytes in packages)
        {
            await CommitAsync(bytes);
        }

        (await OpenAsync(Sha256Digest.Of(packages[0]))).Dispose();
        _store.Dispose();

        using var next = Start(capacity: 2 * Length);

        Assert.Equal(new[] { Sha256Digest.Of(packages[0]).Hex, Sha256Digest.Of(packages[2]).Hex }.Order(), Files().Order());
    }

    [Fact]
    public async Task Open_AfterAChangeOfTheCopy_ReadsTheStore()
    {
        byte[] bytes = Bytes(1);
        await CommitAsync(bytes);
        await File.WriteAllBytesAsync(Path.Combine(CacheDirectory, Files().Single()), Bytes(9));

        using var content = await OpenAsync(Sha256Digest.Of(bytes));

        Assert.Equal(bytes, await ReadAsync(content));
    }

    [Fact]
    public async Task Read_OfWrongBytes_IsNotCached()
    {
        var digest = _remote.Put(Sha256Digest.Of(Bytes(1)), Bytes(9));
        using (var content = await OpenAsync(digest))
        {
            Assert.Equal(Bytes(9), await ReadAsync(content));
            Assert.False(content.IsVerified);
        }

        await Eventually.TrueAsync(() => Files().Count == 0);
        Assert.Equal(0, _store.CachedBytes);
    }

    [Fact]
    public async Task Read_FailingInTheStore_FailsAndLeavesNothing()
    {
        _remote.FailsAt = Length / 2;
        using (var content = await OpenAsync(_remote.Put(Bytes(1))))
        {
            await Assert.ThrowsAsync<IOException>(() => ReadAsync(content));
        }

        await Eventually.TrueAsync(() => Files().Count == 0);
    }

    [Fact]
    public async Task Delete_OfACachedPackage_RemovesTheCopyButNotFromItsReader()
    {
        byte[] bytes = Bytes(1);
        await CommitAsync(bytes);
        using var reading = await OpenAsync(Sha256Digest.Of(bytes));

        Assert.True(await _store.DeleteAsync(Sha256Digest.Of(bytes), CancellationToken.None));

        Assert.Empty(Files());
        Assert.Null(await _store.OpenAsync(Sha256Digest.Of(bytes), CancellationToken.None));
        Assert.Equal(bytes, await ReadAsync(reading));
    }

    [Fact]
    public async Task Delete_WhileTheCopyIsFilled_CachesNothing()
    {
        var digest = _remote.Put(Bytes(1));
        _remote.GateAt = Length / 2;
        using (var content = await OpenAsync(digest))
        {
            var read = ReadAsync(content);
            await _remote.Gate.WhenReached();
            await _store.DeleteAsync(digest, CancellationToken.None);
            _remote.Gate.Open();
            Assert.Equal(Bytes(1), await read);
        }

        await Eventually.TrueAsync(() => Files().Count == 0);
        Assert.Null(await _store.OpenAsync(digest, CancellationToken.None));
    }

    [Theory]
    [InlineData(long.MaxValue / 2, false)]
    [InlineData(0, true)]
    public async Task Read_WithoutSpaceOrDirectory_WorksWithoutCaching(long keptFree, bool removeDirectory)
    {
        using var store = Start(keptFree: keptFree);
        if (removeDirectory)
        {
            Directory.Delete(CacheDirectory, recursive: true);
        }

        byte[] bytes = Bytes(1);
        using var staged = store.Stage();
        await staged.WriteAsync(bytes, CancellationToken.None);
        await store.CommitAsync(staged, Sha256Digest.Of(bytes), CancellationToken.None);

        using var content = (await store.OpenAsync(Sha256Digest.Of(bytes), CancellationToken.None))!;
        Assert.Equal(bytes, await ReadAsync(content));
        Assert.Equal(0, store.CachedBytes);
    }

    private static byte[] Bytes(byte seed)
    {
        byte[] bytes = new byte[Length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    private static async Task<byte[]> ReadAsync(IPackageContent content)
    {
        byte[] bytes = new byte[content.Length];
        int done = 0;
        int read;
        while ((read = await content.ReadAsync(bytes.AsMemory(done), done, CancellationToken.None)) > 0)
        {
            done += read;
        }

        return bytes[..done];
    }

    private CachedPackageStore Start(long capacity = 3 * Length, long keptFree = 0) =>
        new(_remote, CacheDirectory, capacity, keptFree, NullLogger<CachedPackageStore>.Instance);

    private async Task<IPackageContent> OpenAsync(Sha256Digest digest) => (await _store.OpenAsync(digest, CancellationToken.None))!;

    private async Task<string> CommitAsync(byte[] bytes)
    {
        using var staged = _store.Stage();
        await staged.WriteAsync(bytes, CancellationToken.None);
        return await _store.CommitAsync(staged, Sha256Digest.Of(bytes), CancellationToken.None);
    }

    private List<string> Files() =>
        [.. Directory.EnumerateFiles(CacheDirectory).Select(path => Path.GetFileName(path)).Where(name => name != "index")];
}
