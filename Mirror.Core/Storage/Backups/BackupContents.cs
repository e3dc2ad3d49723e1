using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Mirror.Core.Addresses;
using Mirror.Core.Database;
using Mirror.Core.Database.Sqlite;
using Mirror.Core.Storage.Archives;

namespace Mirror.Core.Storage.Backups;

/// <summary>The contents of a backup, read from its headers before anything is written.</summary>
/// <param name="SmallFiles">By their paths in the data directory, with <c>/</c>.</param>
/// <param name="Tables">The rows as JSON, by table name.</param>
internal sealed record BackupContents(
    TarDirectoryEntry Database,
    IReadOnlyList<(Sha256Digest Digest, FileSegment Content)> Packages,
    IReadOnlyList<TarDirectoryEntry> SmallFiles,
    IReadOnlyDictionary<string, TarDirectoryEntry> Tables)
{
    /// <exception cref="InvalidDataException">
    /// The file is not a complete backup, or contains an unexpected entry; the message names it.
    /// </exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static BackupContents Read(string path)
    {
        var archive = TarDirectory.Read(path);
        TarDirectoryEntry? database = null;
        var packages = new List<(Sha256Digest, FileSegment)>();
        var smallFiles = new List<TarDirectoryEntry>();
        var tables = new Dictionary<string, TarDirectoryEntry>(StringComparer.Ordinal);
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var entry in archive.Entries)
        {
            if (FaultOf(entry, names) is { } fault)
            {
                throw new InvalidDataException($"'{path}' is not a backup: its entry '{TarDirectory.Display(entry.Name)}' {fault}.");
            }

            if (BackupFile.TryParsePackage(entry.Name, out var digest))
            {
                packages.Add((digest.Value, entry.Content));
            }
            else if (BackupFile.IsSmallFile(entry.Name))
            {
                smallFiles.Add(entry);
            }
            else if (BackupFile.TryParseTable(entry.Name, out string? table))
            {
                tables.Add(table, entry);
            }
            else if (entry.Name == BackupFile.Database)
            {
                database = entry;
            }
        }

        if (archive.Fault is { } unread)
        {
            throw new InvalidDataException($"'{path}' is not a complete backup: {unread}.");
        }

        return archive.Entries is [.., { Name: BackupFile.End }] && database is not null
            ? new BackupContents(database, packages, smallFiles, tables)
            : throw new InvalidDataException(
                $"'{path}' is not a complete backup: {(database is null ? "it contains no database" : "its end marker is missing")}.");
    }

    /// <summary>Whether a database has this version's schema, and which version wrote it.</summary>
    /// <exception cref="InvalidDataException">The file is not a database or is damaged; the message names the fault.</exception>
    public static async Task<(bool HasThisSchema, string WrittenBy)> CheckDatabaseAsync(string path, CancellationToken cancellationToken)
    {
        if (new FileInfo(path).Length == 0)
        {
            throw new InvalidDataException("The database in the backup is empty.");
        }

        try
        {
            await using (var db = SqliteEngine.Open(path))
            {
                string fault = await db.Database.SqlQueryRaw<string>("SELECT integrity_check AS Value FROM pragma_integrity_check")
                    .FirstAsync(cancellationToken)
                    .ConfigureAwait(false);
                if (fault != "ok")
                {
                    throw new InvalidDataException($"The database in the backup is damaged: {fault}.");
                }
            }

            string? version = DatabaseSchema.Check(path, await SqliteEngine.ReadAsync(path, cancellationToken).ConfigureAwait(false));
            return (true, version ?? ProductVersion.Text);
        }
        catch (OtherSchemaException other)
        {
            return ProductVersion.IsLater(other.WrittenBy)
                ? throw new InvalidDataException(
                    $"The backup was made with Mirror {other.WrittenBy}, which is newer than this version ({ProductVersion.Text}). Restore it with that version.",
                    other)
                : (false, other.WrittenBy);
        }
        catch (SqliteException e)
        {
            throw new InvalidDataException($"The database in the backup cannot be read: {e.Message}", e);
        }
    }

    private static string? FaultOf(TarDirectoryEntry entry, HashSet<string> names) => entry switch
    {
        { Fault: { } fault } => fault,
        { IsDirectory: true } => "is a directory; expected files only",
        { Name: BackupFile.End, Content.Length: > 0 } => "has content; expected an empty end marker",
        { Name: var name } when !(name is BackupFile.End or BackupFile.Database
            || BackupFile.IsSmallFile(name)
            || BackupFile.TryParsePackage(name, out _)
            || BackupFile.TryParseTable(name, out _)) =>
            "is not a file of a data directory",
        { Name: var name } when !names.Add(name) => "is duplicated",
        _ => null,
    };
}
