using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Mirror.Core.Database;
using Mirror.Core.Database.Sqlite;

namespace Mirror.Core.Storage.Backups;

/// <summary>Copies the rows of a database with another schema into a new database with this version's schema.</summary>
internal static class SchemaConversion
{
    /// <summary>Replaces a database file.</summary>
    /// <param name="path">The database of the other version.</param>
    /// <param name="tables">
    /// The rows in the backup; missing tables are read from the database itself, as are all tables of versions without rows in the backup.
    /// </param>
    /// <exception cref="InvalidDataException">The file is not a Mirror database, or a row cannot be converted.</exception>
    public static async Task ConvertAsync(string path, Func<string, Stream?> tables, CancellationToken cancellationToken)
    {
        string converted = path + ".converted";
        File.Delete(converted);
        BackupFile.NewFile(converted, BackupFile.OwnerMode).Dispose();
        try
        {
            await using (var source = new SqliteConnection($"Data Source={path};Pooling=False;Mode=ReadOnly"))
            {
                await source.OpenAsync(cancellationToken).ConfigureAwait(false);
                var own = (await TableWriter.ListAsync(source, cancellationToken).ConfigureAwait(false)).ToHashSet(StringComparer.Ordinal);
                await using var db = SqliteEngine.Open(converted);
                await db.Database.MigrateAsync(cancellationToken).ConfigureAwait(false);
                await TableReader.ReadAsync(db, OpenAsync, cancellationToken).ConfigureAwait(false);
                if (!await db.Namespaces.AnyAsync(row => row.Id == MirrorDbContext.DefaultGroupId, cancellationToken).ConfigureAwait(false))
                {
                    throw new InvalidDataException("The database in the backup is not a Mirror database: it has no group 'default'.");
                }

                async Task<Stream?> OpenAsync(string table)
                {
                    var carried = tables(table);
                    if (carried is not null || !own.Contains(table))
                    {
                        return carried;
                    }

                    var rows = BackupFile.NewFile(path + ".rows", BackupFile.OwnerMode, FileOptions.DeleteOnClose);
                    await TableWriter.WriteAsync(source, table, rows, cancellationToken).ConfigureAwait(false);
                    rows.Position = 0;
                    return rows;
                }
            }

            File.Move(converted, path, overwrite: true);
        }
        catch (SqliteException e)
        {
            throw new InvalidDataException($"The database in the backup cannot be converted: {e.Message}", e);
        }
        finally
        {
            File.Delete(converted);
        }
    }
}
