using System.Data.Common;
using System.Reflection;
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
    private const string SettingsTable = "Settings";
    private const string History = "__EFMigrationsHistory";
    private const string VersionSetting = SettingsPrefix + "version";

    /// <summary>Version 0.1.0 wrote no fingerprint.</summary>
    private const string VersionWithoutFingerprint = "0.1.0 or earlier";

    public static string Fingerprint { get; } = Metadata("SchemaFingerprint");

    /// <summary>Rejects a database with another schema.</summary>
    /// <param name="name">The database, for the message.</param>
    /// <param name="contents">Null: it does not exist.</param>
    /// <returns>The version that last wrote to it; null for a new database.</returns>
    /// <exception cref="OtherSchemaException">The database has another schema.</exception>
    internal static string? Check(string name, DatabaseContents? contents)
    {
        if (contents is null)
        {
            return null;
        }

        // An interrupted first start leaves tables without settings: the migration continues.
        var settings = contents.Settings;
        if (settings.Count > 0 ? settings.GetValueOrDefault(FingerprintSetting) != Fingerprint : !IsBegun(contents))
        {
            throw new OtherSchemaException(name, settings.GetValueOrDefault(VersionSetting) ?? VersionWithoutFingerprint);
        }

        return settings.GetValueOrDefault(VersionSetting);
    }

    /// <summary>Reads what identifies the schema.</summary>
    /// <param name="listTables">A constant query for the names of all tables.</param>
    /// <exception cref="DbException">The file is not a database, or cannot be read.</exception>
    internal static async Task<DatabaseContents> ReadAsync(DbConnection connection, string listTables, CancellationToken cancellationToken)
    {
        var tables = (await ReadRowsAsync(connection, listTables, cancellationToken).ConfigureAwait(false)).Keys;
        return new DatabaseContents(
            tables,
            tables.Contains(SettingsTable)
                ? await ReadRowsAsync(connection, $"SELECT \"Name\", \"Value\" FROM \"{SettingsTable}\"", cancellationToken).ConfigureAwait(false)
                : [],
            tables.Contains(History)
                ? (await ReadRowsAsync(connection, $"SELECT \"MigrationId\" FROM \"{History}\"", cancellationToken).ConfigureAwait(false)).Keys
                : []);
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

    private static bool IsBegun(DatabaseContents contents)
    {
        var known = typeof(DatabaseSchema).Assembly.GetTypes()
            .Select(type => type.GetCustomAttribute<MigrationAttribute>()?.Id)
            .OfType<string>();
        return contents.Migrations.Count > 0
            ? contents.Migrations.All(known.Contains)
            : contents.Tables.All(name => name.StartsWith("__EF", StringComparison.Ordinal));
    }

    private static async Task<Dictionary<string, string>> ReadRowsAsync(
        DbConnection connection, string query, CancellationToken cancellationToken)
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
                    rows[reader.GetString(0)] = reader.FieldCount > 1 ? reader.GetString(1) : "";
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
