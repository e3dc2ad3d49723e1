using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Mirror.Core;
using Mirror.Core.Configuration;
using Mirror.Core.Database;
using Mirror.Tests.Importing;

namespace Mirror.Tests.Database;

public sealed class DatabaseSchemaTests : IDisposable
{
    private readonly MirrorDirectory _directory = new();

    private MirrorOptions Options => new() { DataDirectory = _directory.Path };

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Database_OfAnEarlierVersion_IsRejectedBeforeAnyWrite()
    {
        await EarlierDatabase.MakeAsync(Options.DatabasePath);
        byte[] before = await File.ReadAllBytesAsync(Options.DatabasePath);

        var refusal = await Assert.ThrowsAsync<OtherSchemaException>(
            () => new CatalogDatabase(Options).MigrateAsync(CancellationToken.None));

        Assert.Equal("0.1.0 or earlier", refusal.WrittenBy);
        Assert.Contains("mirror restore", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(before, await File.ReadAllBytesAsync(Options.DatabasePath));
        Assert.Equal(["mirror.db"], Directory.GetFiles(_directory.Path).Select(Path.GetFileName));
    }

    [Theory]
    [InlineData("schema.fingerprint", "another")]
    [InlineData("schema.version", "7.0.0")]
    public async Task Database_WithAnotherFingerprint_IsRejectedNamingItsVersion(string setting, string value)
    {
        await new CatalogDatabase(Options).MigrateAsync(CancellationToken.None);
        await ExecuteAsync($"UPDATE Settings SET Value = '{value}' WHERE Name = '{setting}'");
        var again = new CatalogDatabase(Options);

        if (setting == "schema.version")
        {
            // Another version with the same schema can use the database, and records its own version.
            await again.MigrateAsync(CancellationToken.None);
            await using var db = again.CreateDbContext();
            Assert.Equal(ProductVersion.Text, (await db.Settings.SingleAsync(row => row.Name == setting)).Value);
        }
        else
        {
            Assert.Equal(
                ProductVersion.Text,
                (await Assert.ThrowsAsync<OtherSchemaException>(() => again.MigrateAsync(CancellationToken.None))).WrittenBy);
        }
    }

    [Fact]
    public async Task Database_WithForeignTables_IsRejected()
    {
        await ExecuteAsync("CREATE TABLE Recipes (Id INTEGER PRIMARY KEY)");

        await Assert.ThrowsAsync<OtherSchemaException>(() => new CatalogDatabase(Options).MigrateAsync(CancellationToken.None));
    }

    [Theory]
    [InlineData("")]
    [InlineData("DELETE FROM Settings")]
    [InlineData("PRAGMA user_version = 0")]
    public async Task Database_AfterAnInterruptedFirstStart_IsCompleted(string state)
    {
        if (state.Length > 0)
        {
            await new CatalogDatabase(Options).MigrateAsync(CancellationToken.None);
            await ExecuteAsync(state);
        }
        else
        {
            await File.WriteAllBytesAsync(Options.DatabasePath, []);
        }

        var database = new CatalogDatabase(Options);
        await database.MigrateAsync(CancellationToken.None);

        await using var db = database.CreateDbContext();
        Assert.Equal(DatabaseSchema.Fingerprint, (await db.Settings.SingleAsync(row => row.Name == "schema.fingerprint")).Value);
    }

    private async Task ExecuteAsync(string statement)
    {
        await using var connection = new SqliteConnection($"Data Source={Options.DatabasePath};Pooling=False");
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Constants of this class.
        command.CommandText = statement;
#pragma warning restore CA2100
        await command.ExecuteNonQueryAsync();
    }
}
