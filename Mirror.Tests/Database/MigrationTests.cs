using Microsoft.EntityFrameworkCore;
using Mirror.Core.Configuration;
using Mirror.Core.Database;
using Mirror.Tests.Importing;

namespace Mirror.Tests.Database;

public sealed class MigrationTests
{
    [Fact]
    public void Migrations_Applied_MatchTheModel()
    {
        using var db = new MirrorDbContext(new DbContextOptionsBuilder<MirrorDbContext>().UseSqlite("Data Source=:memory:").Options);

        Assert.False(db.Database.HasPendingModelChanges(), "The rows changed without a migration; see docs/dependencies.md#migrations.");
    }

    [UnixFact("Windows knows no file modes.")]
    [System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
    public async Task Database_CreatedAtTheFirstStart_IsReadableByTheOwnerOnly()
    {
        using var directory = new MirrorDirectory();
        var options = new MirrorOptions { DataDirectory = directory.Path };
        var database = new CatalogDatabase(options);

        await database.MigrateAsync(CancellationToken.None);
        await using var db = database.CreateDbContext();
        await db.Database.OpenConnectionAsync();
        await db.Namespaces.CountAsync();

        Assert.All(
            Directory.GetFiles(directory.Path, "mirror.db*"),
            file => Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file)));
        Assert.True(Directory.GetFiles(directory.Path, "mirror.db*").Length > 1);
    }
}
