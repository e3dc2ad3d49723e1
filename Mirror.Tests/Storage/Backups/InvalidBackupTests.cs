using Microsoft.Data.Sqlite;
using Mirror.Core.Configuration;
using Mirror.Core.Database;
using Mirror.Core.Storage;
using Mirror.Core.Storage.Backups;
using Mirror.Tests.Hosting;
using Mirror.Tests.Importing;
using Mirror.Tests.Storage.Archives;

namespace Mirror.Tests.Storage.Backups;

public sealed class InvalidBackupTests(InvalidBackupTests.CompleteBackup whole) : IClassFixture<InvalidBackupTests.CompleteBackup>, IDisposable
{
    private readonly MirrorDirectory _directory = new();

    private string Restored => Path.Combine(_directory.Path, "restored");

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData("cut", "is not a complete backup: ")]
    [InlineData("no end", "its end marker is missing")]
    [InlineData("no database", "it contains no database")]
    [InlineData("damaged package", "in the backup is damaged")]
    [InlineData("damaged database", "The database in the backup")]
    [InlineData("junk for a database", "file is not a database")]
    [InlineData("empty database", "is empty")]
    [InlineData("database of a later version", "with Mirror 77.0.0, which is newer than this version")]
    [InlineData("symbolic link", "its entry 'tls/ca.pem' is a symbolic link")]
    [InlineData("hard link", "its entry 'tls/ca.pem' is a hard link")]
    [InlineData("device", "its entry 'tls/ca.pem' is a device")]
    [InlineData("named pipe", "its entry 'mirror.db' is a named pipe")]
    [InlineData("directory", "its entry 'tls' is a directory")]
    [InlineData("parent", "its entry 'tls/../../x' is not a file of a data directory")]
    [InlineData("twice", "its entry 'admin-token' is duplicated")]
    [InlineData("overflowing size", "has 9223372036854775807 bytes")]
    public async Task Restore_OfAnInvalidBackup_IsRejectedByNameAndWritesNothing(string what, string reason)
    {
        string backup = _directory.AddFile("backup.tar", Change(what, [.. whole.Entries]));

        var refused = await Assert.ThrowsAsync<InvalidDataException>(() => RestoreAsync(backup));

        Assert.Contains(reason, refused.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFiles(Restored, "*", SearchOption.AllDirectories));
        // The failed restore left no files, so a valid backup can be restored.
        await RestoreAsync(_directory.AddFile("whole.tar", RawTar.Make([.. whole.Entries])));
        Assert.True(File.Exists(Path.Combine(Restored, "mirror.db")));
    }

    private static byte[] Change(string what, List<RawTar.Entry> entries)
    {
        void Replace(string begin, Func<RawTar.Entry, RawTar.Entry> change)
        {
            int index = entries.FindIndex(entry => entry.Name.StartsWith(begin, StringComparison.Ordinal));
            entries[index] = change(entries[index]);
        }

        void Insert(RawTar.Entry entry) => entries.Insert(entries.Count - 1, entry);

        switch (what)
        {
            case "cut":
                return RawTar.Make([.. entries])[..^5000];
            case "no end":
                entries.RemoveAt(entries.Count - 1);
                break;
            case "no database":
                entries.RemoveAll(entry => entry.Name == "mirror.db");
                break;
            case "damaged package":
                Replace("packages/", entry => entry with { Content = [.. entry.Content[..^1], 1] });
                break;
            case "damaged database":
                // Destroys the second page, and with it a tree of pages.
                Replace(
                    "mirror.db", entry => entry with { Content = [.. entry.Content[..4096], .. new byte[4096], .. entry.Content[8192..]] });
                break;
            case "junk for a database":
                Replace("mirror.db", entry => entry with { Content = "junk"u8.ToArray() });
                break;
            case "empty database":
                Replace("mirror.db", entry => entry with { Content = [] });
                break;
            case "database of a later version":
                Replace("mirror.db", entry => entry with { Content = WithLaterVersion(entry.Content) });
                break;
            case "symbolic link" or "hard link" or "device":
                entries.RemoveAll(entry => entry.Name == "tls/ca.pem");
                Insert(new RawTar.Entry("tls/ca.pem") { Kind = what == "symbolic link" ? '2' : what == "hard link" ? '1' : '3' });
                break;
            case "named pipe":
                Replace("mirror.db", entry => new RawTar.Entry(entry.Name) { Kind = '6' });
                break;
            case "directory":
                Insert(new RawTar.Entry("tls") { Kind = '5' });
                break;
            case "parent":
                Insert(new RawTar.Entry("tls/../../x", "x"));
                break;
            case "twice":
                Insert(new RawTar.Entry("admin-token", "mine"));
                Insert(new RawTar.Entry("admin-token", "mine"));
                break;
            case "overflowing size":
                Replace("mirror.db", entry => entry with { Extended = "28 size=9223372036854775807\n" });
                break;
        }

        return RawTar.Make([.. entries]);
    }

    private static byte[] WithLaterVersion(byte[] database)
    {
        string path = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(path, database);
            using (var connection = new SqliteConnection($"Data Source={path};Pooling=False"))
            {
                connection.Open();
                using var command = connection.CreateCommand();
                command.CommandText =
                    "UPDATE Settings SET Value = CASE Name WHEN 'schema.version' THEN '77.0.0' ELSE 'later' END WHERE Name LIKE 'schema.%'";
                command.ExecuteNonQuery();
            }

            return File.ReadAllBytes(path);
        }
        finally
        {
            File.Delete(path);
        }
    }

    private async Task RestoreAsync(string backup)
    {
        var options = new MirrorOptions { DataDirectory = Restored };
        await new BackupReader(new CatalogDatabase(options), new FileSystemPackageStore(options.PackagesDirectory, options.StagingDirectory), options)
            .RestoreAsync(backup, new Progress<int>(), CancellationToken.None);
    }

    /// <summary>The content of a backup with one package, created once for all tests.</summary>
    public sealed class CompleteBackup : IAsyncLifetime
    {
        internal IReadOnlyList<RawTar.Entry> Entries { get; private set; } = [];

        public async Task InitializeAsync()
        {
            using var directory = new MirrorDirectory();
            var options = new MirrorOptions { DataDirectory = Path.Combine(directory.Path, "data") };
            await MigratedDatabase.PutAsync(options);
            byte[] package = ProviderZip.Make("hello");
            string digest = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(package));
            Entries =
            [
                new($"packages/sha256/{digest[..2]}/{digest}", package),
                new("tls/ca.pem", "certificate"),
                new("keys/1", "key"),
                new("mirror.db", await File.ReadAllBytesAsync(options.DatabasePath)),
                new("mirror-backup-is-whole"),
            ];
        }

        public Task DisposeAsync() => Task.CompletedTask;
    }
}
