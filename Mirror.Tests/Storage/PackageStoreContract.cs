using System.Security.Cryptography;
using Mirror.Core.Addresses;
using Mirror.Core.Storage;
using Mirror.Tests.Importing;

namespace Mirror.Tests.Storage;

/// <summary>The rules that every package store follows.</summary>
public abstract class PackageStoreContract : IAsyncLifetime, IDisposable
{
    private readonly MirrorDirectory _directory = new();

    protected string DirectoryPath => _directory.Path;

    protected string StagingPath => Path.Combine(_directory.Path, "staging");

    protected IPackageStore Store { get; private set; } = null!;

    /// <summary>In bytes: larger than what the store writes with one request.</summary>
    protected virtual int LargeLength => 1_000_000;

    public async Task InitializeAsync() => Store = await OpenStoreAsync();

    public virtual async Task DisposeAsync()
    {
        (Store as IDisposable)?.Dispose();
        await Task.CompletedTask;
    }

    public void Dispose()
    {
        _directory.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <returns>An empty store.</returns>
    protected abstract Task<IPackageStore> OpenStoreAsync();

    [Fact]
    public async Task Stage_BeforeTheCommit_IsNotVisible()
    {
        byte[] content = Content(1000);
        using var staged = Store.Stage();
        await staged.WriteAsync(content, CancellationToken.None);

        Assert.Null(await Store.OpenAsync(Sha256Digest.Of(content), CancellationToken.None));
        Assert.Empty(await ListAsync());
    }

    [Fact]
    public async Task Stage_WithoutACommit_LeavesNothing()
    {
        using (var staged = Store.Stage())
        {
            await staged.WriteAsync(Content(1000), CancellationToken.None);
        }

        Assert.Empty(Directory.GetFiles(StagingPath));
        Assert.Empty(await ListAsync());
    }

    [Fact]
    public async Task ClearStaging_AfterAnInterruption_RemovesStagedPackages()
    {
        await File.WriteAllBytesAsync(Path.Combine(StagingPath, "0123.part"), Content(10));

        Assert.Equal(1, await Store.ClearStagingAsync(CancellationToken.None));
        Assert.Empty(Directory.GetFiles(StagingPath));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(100_000)]
    [InlineData(null)]
    public async Task Commit_OfAnyLength_StoresExactlyTheBytes(int? length)
    {
        byte[] content = Content(length ?? LargeLength);

        string identity = await CommitAsync(content);

        using var stored = await OpenAsync(content);
        Assert.Equal((content.Length, identity, false), ((int)stored.Length, stored.Identity, stored.HasChanged()));
        Assert.Equal(content, await ReadAllAsync(stored));
        Assert.Empty(Directory.GetFiles(StagingPath));
    }

    [Fact]
    public async Task Staged_AfterTheCommit_StaysReadable()
    {
        byte[] content = Content(1000), read = new byte[1000];
        using var staged = Store.Stage();
        await staged.WriteAsync(content, CancellationToken.None);
        await Store.CommitAsync(staged, Sha256Digest.Of(content), CancellationToken.None);

        Assert.Equal(1000, await staged.ReadAsync(read, 0, CancellationToken.None));
        Assert.Equal(content, read);
    }

    [Fact]
    public async Task Read_AtAnyOffset_ReturnsTheBytes()
    {
        byte[] content = Content(300_000);
        await CommitAsync(content);
        using var stored = await OpenAsync(content);

        foreach (int offset in (int[])[250_000, 0, 299_999, 123_456, 123_457])
        {
            byte[] buffer = new byte[1000];
            int read = await stored.ReadAsync(buffer, offset, CancellationToken.None);
            Assert.InRange(read, 1, buffer.Length);
            Assert.Equal(content[offset..(offset + read)], buffer[..read]);
        }

        Assert.Equal(0, await stored.ReadAsync(new byte[10], content.Length, CancellationToken.None));
    }

    [Fact]
    public async Task Read_BySeveralReaders_ReturnsTheSameBytes()
    {
        byte[] content = Content(500_000);
        await CommitAsync(content);
        using var shared = await OpenAsync(content);
        using var other = await OpenAsync(content);

        byte[][] read = await Task.WhenAll(ReadAllAsync(shared), ReadAllAsync(shared), ReadAllAsync(other));

        Assert.All(read, bytes => Assert.Equal(content, bytes));
    }

    [Fact]
    public async Task Delete_WhileRead_NeverReturnsOtherBytes()
    {
        byte[] content = Content(LargeLength);
        await CommitAsync(content);
        using var stored = await OpenAsync(content);
        byte[] start = new byte[1000];
        int read = await stored.ReadAsync(start, 0, CancellationToken.None);

        Assert.True(await Store.DeleteAsync(Sha256Digest.Of(content), CancellationToken.None));

        Assert.Null(await Store.OpenAsync(Sha256Digest.Of(content), CancellationToken.None));
        Assert.False(await Store.DeleteAsync(Sha256Digest.Of(content), CancellationToken.None));
        try
        {
            byte[] rest = await ReadAllAsync(stored, read);
            Assert.Equal(content[read..], rest);
        }
        catch (ObjectStoreException e)
        {
            Assert.Equal(ObjectStoreFault.Replaced, e.Fault);
        }
    }

    [Fact]
    public async Task Open_NotStored_ReturnsNull()
    {
        Assert.Null(await Store.OpenAsync(Sha256Digest.Of("absent"u8), CancellationToken.None));
        Assert.False(await Store.DeleteAsync(Sha256Digest.Of("absent"u8), CancellationToken.None));
    }

    [Fact]
    public async Task List_OfPackages_ReturnsThemWithTheirLengths()
    {
        byte[][] contents = [.. Enumerable.Range(1, 7).Select(length => Content(length))];
        foreach (byte[] content in contents)
        {
            await CommitAsync(content);
        }

        await Store.SetOwnerAsync("0123abcd", CancellationToken.None);

        Assert.Equal(
            contents.Select(content => (Sha256Digest.Of(content).Hex, (long)content.Length)).Order(),
            (await ListAsync()).Select(package => (package.Digest.Hex, package.Length)).Order());
    }

    [Fact]
    public async Task Identity_AfterAReplacement_Differs()
    {
        byte[] content = Content(1000);
        string damaged = await CommitAsync([.. content.Reverse()], Sha256Digest.Of(content));
        string repaired = await CommitAsync(content);

        using var stored = await OpenAsync(content);
        Assert.NotEqual(damaged, repaired);
        Assert.Equal(repaired, stored.Identity);
        Assert.Equal(content, await ReadAllAsync(stored));
    }

    [Fact]
    public async Task Owner_Replaced_IsReadBack()
    {
        string? before = await Store.FindOwnerAsync(CancellationToken.None);
        await Store.SetOwnerAsync("0123abcd", CancellationToken.None);
        string? set = await Store.FindOwnerAsync(CancellationToken.None);
        await Store.SetOwnerAsync("4567", CancellationToken.None);

        Assert.Equal((null, "0123abcd", "4567"), (before, set, await Store.FindOwnerAsync(CancellationToken.None)));
        Assert.Empty(await ListAsync());
        Assert.Empty(Directory.GetFiles(StagingPath));
    }

    [Fact]
    public async Task Commit_Cancelled_LeavesNothing()
    {
        byte[] content = Content(1000);
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => CommitAsync(content, cancellationToken: cancelled.Token));

        Assert.Empty(await ListAsync());
    }

    protected static byte[] Content(int length)
    {
        byte[] content = new byte[length];
        new Random(length).NextBytes(content);
        return content;
    }

    /// <param name="digest">That of the content, if it is null.</param>
    protected async Task<string> CommitAsync(byte[] content, Sha256Digest? digest = null, CancellationToken cancellationToken = default)
    {
        using var staged = Store.Stage();
        await staged.WriteAsync(content, CancellationToken.None);
        return await Store.CommitAsync(staged, digest ?? Sha256Digest.Of(content), cancellationToken);
    }

    protected async Task<IPackageContent> OpenAsync(byte[] content)
    {
        var opened = await Store.OpenAsync(Sha256Digest.Of(content), CancellationToken.None);
        Assert.NotNull(opened);
        return opened;
    }

    protected async Task<List<StoredPackage>> ListAsync() => await Store.ListAsync(CancellationToken.None).ToListAsync();

    protected static async Task<byte[]> ReadAllAsync(IPackageContent content, long offset = 0)
    {
        byte[] buffer = new byte[content.Length - offset];
        for (int at = 0; at < buffer.Length;)
        {
            int read = await content.ReadAsync(buffer.AsMemory(at, Math.Min(65_536, buffer.Length - at)), offset + at, CancellationToken.None);
            Assert.NotEqual(0, read);
            at += read;
        }

        return buffer;
    }
}
