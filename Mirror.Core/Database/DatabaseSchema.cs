using System.Data.Common;
using System.Reflection;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Mirror.Core.Database;

/// <summary>
/// Identifies the schema of a database: a fingerprint of the migrations, computed at build time, and the product version. Both are stored
/// in the database's settings, and a database with another schema is rejected.
/// </summary>
public static class DatabaseSchema
{
    internal const string SettingsPrefix = "schema.";
    internal const string FingerprintSetting = SettingsPrefix + "fingerprint";
    private const string VersionSetting = SettingsPrefix + "version";

    /// <summary>Version 0.1.0 wrote no fingerprint.</summary>
    private const string VersionWithoutFingerprint = "0.1.0 or earlier";

    public static string Fingerprint { get; } = Metadata("SchemaFingerprint");

    /// <summary>Rejects a database with another schema, without writing to it.</summary>
    /// <returns>The version that last wrote to it; null for a new database.</returns>
    /// <exception cref="OtherSchemaException">The database has another schema.</exception>
    /// <exception cref="DbException">The file is not a database, or cannot be read.</exception>
    internal static async Task<string?> CheckAsync(string connectionString, CancellationToken cancellationToken)
    {
        var readOnly = new SqliteConnectionStringBuilder(connectionString) { Mode = SqliteOpenMode.ReadOnly, Pooling = false };
        if (new FileInfo(readOnly.DataSource) is not { Exists: true, Length: > 0 })
        {
            return null;
        }

        var connection = new SqliteConnection(readOnly.ConnectionString);
        await using (connection.ConfigureAwait(false))
        {
            await connection.OpenAsync(cancellationToken).ConfigureAwait(false);
            var tables = await ReadAsync(
                connection,
                "SELECT name, '' FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'",
                cancellationToken).ConfigureAwait(false);
            var settings = tables.ContainsKey("Settings")
                ? await ReadAsync(connection, "SELECT \"Name\", \"Value\" FROM \"Settings\"", cancellationToken).ConfigureAwait(false)
                : [];
            // An interrupted first start leaves tables without settings: the migration continues.
            if (settings.Count > 0 ? settings.GetValueOrDefault(FingerprintSetting) != Fingerprint : !await IsBegunAsync(connection, tables, cancellationToken).ConfigureAwait(false))
            {
                throw new OtherSchemaException(
                    Path.GetFullPath(readOnly.DataSource), settings.GetValueOrDefault(VersionSetting) ?? VersionWithoutFingerprint);
            }

            return settings.GetValueOrDefault(VersionSetting);
        }
    }

    /// <summary>Records the fingerprint and the current version.</summary>
    internal static async Task RecordAsync(MirrorDbContext db, CancellationToken cancellationToken)
    {
        var settings = await db.Settings.Where(row => row.Name == FingerprintSetting || row.Name == VersionSetting)
            .ToListAsync(cancellationToken)
            .ConfigureAwait(false);
        Set(FingerprintSetting, Fingerprint);
        Set(VersionSetting, ProductVersion.Text);
        await db.SaveChangesAsync(cancellationToken).ConfigureAwait(false);

        void Set(string name, string value)
        {
            if (settings.Find(row => row.Name == name) is { } known)
            {
                known.Value = value;
            }
            else
            {
                db.Settings.Add(new SettingRow { Name = name, Value = value });
            }
        }
    }

    private static async Task<bool> IsBegunAsync(
        SqliteConnection connection, Dictionary<string, string> tables, CancellationToken cancellationToken)
    {
        const string History = "__EFMigrationsHistory";
        if (!tables.ContainsKey(History))
        {
            return tables.Keys.All(name => name.StartsWith("__EF", StringComparison.Ordinal));
        }

        var applied = await ReadAsync(connection, $"SELECT \"MigrationId\", '' FROM \"{History}\"", cancellationToken)
            .ConfigureAwait(false);
        var known = typeof(DatabaseSchema).Assembly.GetTypes()
            .Select(type => type.GetCustomAttribute<MigrationAttribute>()?.Id)
            .OfType<string>();
        return applied.Count > 0
            ? applied.Keys.All(known.Contains)
            : tables.Keys.All(name => name.StartsWith("__EF", StringComparison.Ordinal));
    }

    private static async Task<Dictionary<string, string>> ReadAsync(
        SqliteConnection connection, string query, CancellationToken cancellationToken)
    {
        var rows = new Dictionary<string, string>(StringComparer.Ordinal);
        var command = connection.CreateCommand();
        await using (command.ConfigureAwait(false))
        {
#pragma warning disable CA2100 // The statements are constants of this class.
            command.CommandText = query;
#pragma warning restore CA2100
            var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            await using (reader.ConfigureAwait(false))
            {
                while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
                {
                    rows[reader.GetString(0)] = reader.GetString(1);
                }
            }
        }

        return rows;
    }

    private static string Metadata(string key) =>
        typeof(DatabaseSchema).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == key).Value!;
}

/// <summary>The database has another schema than this version; nothing was written to it.</summary>
public sealed class OtherSchemaException(string database, string version) : IOException(
    $"""
    The database '{database}' was last written by Mirror {version} and has another schema than Mirror {ProductVersion.Text}. Nothing was changed.
    To convert it, run 'mirror backup <file>' with that version, then 'mirror restore <file>' with this one into an empty data directory (Mirror:DataDirectory).
    To keep only the providers, run 'mirror export <file>' with that version, then 'mirror import <file>' with this one.
    """)
{
    /// <summary>The version of Mirror that wrote the database.</summary>
    public string WrittenBy => version;
}
