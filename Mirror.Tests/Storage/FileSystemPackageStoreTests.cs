using System.Diagnostics;
using Mirror.Core.Addresses;
using Mirror.Core.Storage;
using Mirror.Tests.Importing;

namespace Mirror.Tests.Storage;

public sealed class FileSystemPackageStoreTests : IDisposable
{
    private static readonly byte[] Content = "PK and the rest of it"u8.ToArray();
    private static readonly Sha256Digest Digest = Sha256Digest.Of(Content);

    private readonly MirrorDirectory _directory = new();
    private readonly FileSystemPackageStore _store;

    public FileSystemPackageStoreTests() =>
        _store = new FileSystemPackageStore(Path.Combine(_directory.Path, "packages"), Path.Combine(_directory.Path, "staging"));

    private string Package => Path.Combine(_directory.Path, "packages", "sha256", Digest.Hex[..2], Digest.Hex);

    private string Elsewhere => Path.Combine(_directory.Path, "elsewhere");

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Open_AfterACommit_HasTheIdentityThatTheCommitReturned()
    {
        string identity = await CommitAsync();

        using var content = await _store.OpenAsync(Digest, CancellationToken.None);

        Assert.Equal((identity, Content.Length, false), (content!.Identity, (int)content.Length, content.HasChanged()));
        Assert.Equal([new StoredPackage(Digest, Content.Length)], await _store.ListAsync(CancellationToken.None).ToListAsync());
    }

    [Fact]
    public async Task Identity_AfterAChangeWithTheSameLengthAndTime_Differs()
    {
        string identity = await CommitAsync();
        var written = File.GetLastWriteTimeUtc(Package);
        using var open = await _store.OpenAsync(Digest, CancellationToken.None);

        string changed = identity;
        while (changed == identity)
        {
            // The clock of the file system can have a resolution of several milliseconds.
            await File.WriteAllBytesAsync(Package, [.. Content.Select(b => (byte)(b ^ 1))]);
            File.SetLastWriteTimeUtc(Package, OperatingSystem.IsLinux() ? written : written.AddSeconds(1));
            using var again = await _store.OpenAsync(Digest, CancellationToken.None);
            changed = again!.Identity;
        }

        Assert.True(open!.HasChanged());
    }

    [UnixFact("Windows makes links for administrators only.")]
    public async Task Open_LinkInsteadOfAPackage_Fails()
    {
        await CommitAsync();
        File.Move(Package, Elsewhere);
        File.CreateSymbolicLink(Package, Elsewhere);

        await Assert.ThrowsAsync<IrregularFileException>(async () => await _store.OpenAsync(Digest, CancellationToken.None));
    }

    [UnixFact("Windows makes links for administrators only.")]
    public async Task Open_LinkInsteadOfADirectory_Fails()
    {
        await CommitAsync();
        Directory.Move(Path.GetDirectoryName(Package)!, Elsewhere);
        Directory.CreateSymbolicLink(Path.GetDirectoryName(Package)!, Elsewhere);

        await Assert.ThrowsAsync<IrregularFileException>(async () => await _store.OpenAsync(Digest, CancellationToken.None));
        Assert.Empty(await _store.ListAsync(CancellationToken.None).ToListAsync());
        Assert.False(await _store.DeleteAsync(Digest, CancellationToken.None));
        Assert.True(File.Exists(Path.Combine(Elsewhere, Digest.Hex)));
    }

    [UnixFact("Windows has no named pipes in directories.")]
    public async Task Open_PipeInsteadOfAPackage_FailsImmediately()
    {
        await CommitAsync();
        File.Delete(Package);
        using (var mkfifo = Process.Start("mkfifo", [Package]))
        {
            await mkfifo.WaitForExitAsync();
        }

        await Assert.ThrowsAsync<IrregularFileException>(async () => await _store.OpenAsync(Digest, CancellationToken.None));
    }

    [UnixFact("Windows makes links for administrators only.")]
    public async Task Commit_OverALink_ReplacesTheLinkInsteadOfItsTarget()
    {
        await CommitAsync();
        await File.WriteAllTextAsync(Elsewhere, "untouched");
        File.Delete(Package);
        File.CreateSymbolicLink(Package, Elsewhere);

        await CommitAsync();

        Assert.Null(new FileInfo(Package).LinkTarget);
        Assert.Equal(Content, await File.ReadAllBytesAsync(Package));
        Assert.Equal("untouched", await File.ReadAllTextAsync(Elsewhere));
    }

    [UnixFact("Windows makes links for administrators only.")]
    public async Task Commit_ThroughALinkedDirectory_WritesNothing()
    {
        Directory.CreateDirectory(Elsewhere);
        Directory.CreateSymbolicLink(Path.GetDirectoryName(Package)!, Elsewhere);

        await CommitAsync();

        Assert.Empty(Directory.GetFiles(Elsewhere));
        using var content = await _store.OpenAsync(Digest, CancellationToken.None);
        Assert.NotNull(content);
    }

    [UnixFact("Windows makes links for administrators only.")]
    public async Task Delete_OfABrokenLink_RemovesIt()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Package)!);
        File.CreateSymbolicLink(Package, Elsewhere);

        Assert.True(await _store.DeleteAsync(Digest, CancellationToken.None));
        Assert.Null(new FileInfo(Package).LinkTarget);
    }

    [Fact]
    public async Task Owner_Set_IsReadBack()
    {
        string? before = await _store.FindOwnerAsync(CancellationToken.None);

        await _store.SetOwnerAsync("0123abcd", CancellationToken.None);

        Assert.Equal((null, "0123abcd"), (before, await _store.FindOwnerAsync(CancellationToken.None)));
        Assert.Empty(await _store.ListAsync(CancellationToken.None).ToListAsync());
        Assert.Empty(Directory.GetFiles(Path.Combine(_directory.Path, "staging")));
    }

    private async Task<string> CommitAsync()
    {
        using var staged = _store.Stage();
        await staged.WriteAsync(Content, CancellationToken.None);
        return await _store.CommitAsync(staged, Digest, CancellationToken.None);
    }
}
