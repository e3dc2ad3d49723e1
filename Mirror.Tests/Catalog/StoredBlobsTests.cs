using Microsoft.Extensions.Logging.Abstractions;
using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Configuration;
using Mirror.Core.Database;
using Mirror.Core.Storage;
using Mirror.Tests.Hosting;
using Mirror.Tests.Importing;
using Mirror.Tests.Origin;
using Mirror.Tests.Storage;

namespace Mirror.Tests.Catalog;

public sealed class StoredBlobsTests
{
    [Fact]
    public async Task Open_OfManyUnhashedPackages_HashesAFewConcurrently()
    {
        const int packages = StoredBlobs.MaxConcurrent + 3;
        using var directory = new MirrorDirectory();
        var options = await MigratedDatabase.PutAsync(new MirrorOptions { DataDirectory = directory.Path });
        var store = new GatedStore(options);
        using var blobs = new StoredBlobs(new CatalogDatabase(options), store, NullLogger<StoredBlobs>.Instance);
        var opening = new List<Task<IPackageContent?>>();
        for (byte i = 0; i < packages; i++)
        {
            opening.Add(blobs.OpenVerifiedAsync(await store.AddAsync([i, i, i]), CancellationToken.None));
        }

        await store.Reading.WhenReached(StoredBlobs.MaxConcurrent);
        int atOnce = store.Reading.Arrivals;
        store.Reading.Open();
        var contents = await Task.WhenAll(opening);

        Assert.Equal(StoredBlobs.MaxConcurrent, atOnce);
        Assert.All(contents, content =>
        {
            Assert.NotNull(content);
            content.Dispose();
        });
        Assert.Equal(packages, await CountHashedAsync(options));
    }

    private static async Task<int> CountHashedAsync(MirrorOptions options)
    {
        await using var db = new CatalogDatabase(options).CreateDbContext();
        return db.Blobs.Count(blob => blob.Identity != null);
    }

    /// <summary>Blocks the first read of every package.</summary>
    private sealed class GatedStore(MirrorOptions options)
        : StoreDecorator(new FileSystemPackageStore(options.PackagesDirectory, options.StagingDirectory))
    {
        public Gate Reading { get; } = new();

        public async Task<Sha256Digest> AddAsync(byte[] content)
        {
            using var staged = Stage();
            await staged.WriteAsync(content, CancellationToken.None);
            await CommitAsync(staged, Sha256Digest.Of(content), CancellationToken.None);
            return Sha256Digest.Of(content);
        }

        public override async ValueTask<IPackageContent?> OpenAsync(Sha256Digest digest, CancellationToken cancellationToken) =>
            await base.OpenAsync(digest, cancellationToken) is { } content ? new GatedContent(content, Reading) : null;

        private sealed class GatedContent(IPackageContent inner, Gate gate) : IPackageContent
        {
            public long Length => inner.Length;

            public string Identity => inner.Identity;

            public bool HasChanged() => inner.HasChanged();

            public async ValueTask<int> ReadAsync(Memory<byte> buffer, long offset, CancellationToken cancellationToken)
            {
                if (offset == 0)
                {
                    await gate.PassThroughAsync(cancellationToken);
                }

                return await inner.ReadAsync(buffer, offset, cancellationToken);
            }

            public void Dispose() => inner.Dispose();
        }
    }
}
