using System.Data;
using System.Data.Common;
using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Metadata;
using Mirror.Core.Database;

namespace Mirror.Core.Storage.Backups;

/// <param name="Table">The table's name.</param>
/// <param name="Rows">The number of its rows, which is the same in both databases.</param>
public sealed record CopiedTable(string Table, long Rows);

/// <param name="Table">The table that is copied now.</param>
/// <param name="Done">The number of tables that were copied or compared.</param>
/// <param name="Total">That number at the end.</param>
public readonly record struct CopyProgress(string Table, int Done, int Total);

/// <summary>The copy differs from its source, or the target is not empty.</summary>
public sealed class CopyException(string message) : IOException(message);

/// <summary>
/// Copies all rows into an empty database of this version, of the same or another kind, in one transaction. The source is only read, from
/// one snapshot. Before the transaction is committed, all tables of both databases are read again and compared.
/// </summary>
/// <param name="temporary">A file for the rows of one table at a time; it is created, readable by its owner only, and removed.</param>
public sealed class DatabaseCopy(CatalogDatabase from, CatalogDatabase to, string temporary)
{
    /// <summary>Which tables are copied.</summary>
    internal Func<string, bool> Includes { get; init; } = _ => true;

    /// <summary>Copies all tables.</summary>
    /// <exception cref="CopyException">The target contains data, or the copy differs. The target is unchanged.</exception>
    /// <exception cref="OtherSchemaException">One of the databases was written by another version.</exception>
    public async Task<IReadOnlyList<CopiedTable>> RunAsync(IProgress<CopyProgress>? progress, CancellationToken cancellationToken)
    {
        await from.CheckSchemaAsync(cancellationToken).ConfigureAwait(false);
        await to.MigrateAsync(cancellationToken).ConfigureAwait(false);
        await using var source = from.CreateDbContext();
        await using var target = to.CreateDbContext();
        await using var snapshot = await source.Database.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken).ConfigureAwait(false);
        await using var transaction = await target.Database.BeginTransactionAsync(IsolationLevel.Serializable, cancellationToken).ConfigureAwait(false);
        var tables = TableReader.InOrder(target.Model.GetRelationalModel()).Where(table => Includes(table.Name)).ToList();
        await RequireEmptyAsync(target, tables, to.Name, cancellationToken).ConfigureAwait(false);
        // The schema creates rows.
        await target.Namespaces.ExecuteDeleteAsync(cancellationToken).ConfigureAwait(false);
        await target.Settings.ExecuteDeleteAsync(cancellationToken).ConfigureAwait(false);
        var copied = new List<CopiedTable>();
        var digests = new Dictionary<ITable, byte[]>();
        foreach (var table in tables)
        {
            progress?.Report(new CopyProgress(table.Name, copied.Count, 2 * tables.Count));
            var rows = BackupFile.NewFile(temporary, BackupFile.OwnerMode, FileOptions.DeleteOnClose);
            await using (rows.ConfigureAwait(false))
            {
                await TableWriter.WriteAsync(ConnectionOf(source), TransactionOf(source), table.Name, ColumnsOf(table), rows, cancellationToken)
                    .ConfigureAwait(false);
                rows.Position = 0;
                digests[table] = await SHA256.HashDataAsync(rows, cancellationToken).ConfigureAwait(false);
                rows.Position = 0;
                copied.Add(new CopiedTable(table.Name, await TableReader.ReadAsync(target, table, rows, cancellationToken).ConfigureAwait(false)));
            }
        }

        int compared = 0;
        foreach (var table in tables)
        {
            progress?.Report(new CopyProgress(table.Name, tables.Count + compared++, 2 * tables.Count));
            using var hash = SHA256.Create();
            var hashing = new CryptoStream(Stream.Null, hash, CryptoStreamMode.Write);
            await using (hashing.ConfigureAwait(false))
            {
                await TableWriter.WriteAsync(ConnectionOf(target), TransactionOf(target), table.Name, ColumnsOf(table), hashing, cancellationToken)
                    .ConfigureAwait(false);
                await hashing.FlushFinalBlockAsync(cancellationToken).ConfigureAwait(false);
            }

            if (!hash.Hash.AsSpan().SequenceEqual(digests[table]))
            {
                throw new CopyException($"The rows of the table {table.Name} in {to.Name} differ from those in {from.Name}. Nothing was written.");
            }
        }

        await to.AdvanceIdsAsync(target, cancellationToken).ConfigureAwait(false);
        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
        return copied;
    }

    private static async Task RequireEmptyAsync(MirrorDbContext db, IEnumerable<ITable> tables, string name, CancellationToken cancellationToken)
    {
        foreach (var table in tables.Where(table => table.Name != nameof(MirrorDbContext.Settings)))
        {
            var command = ConnectionOf(db).CreateCommand();
            await using (command.ConfigureAwait(false))
            {
                command.Transaction = TransactionOf(db);
#pragma warning disable CA2100 // The names come from the model.
                command.CommandText = $"SELECT count(*) FROM \"{table.Name}\"";
#pragma warning restore CA2100
                long rows = Convert.ToInt64(
                    await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false), System.Globalization.CultureInfo.InvariantCulture);
                if (rows > (table.Name == nameof(MirrorDbContext.Namespaces) ? 1 : 0))
                {
                    throw new CopyException($"The database {name} is not empty: its table {table.Name} has {rows} rows. Nothing was written. Use an empty database.");
                }
            }
        }
    }

    // The key first: rows are sorted by it.
    private static string[] ColumnsOf(ITable table)
    {
        string key = table.PrimaryKey!.Columns.Single().Name;
        return [key, .. table.Columns.Select(column => column.Name).Where(name => name != key).Order(StringComparer.Ordinal)];
    }

    private static DbConnection ConnectionOf(MirrorDbContext db) => db.Database.GetDbConnection();

    private static DbTransaction? TransactionOf(MirrorDbContext db) =>
        (db.Database.CurrentTransaction as IInfrastructure<DbTransaction>)?.Instance;
}
