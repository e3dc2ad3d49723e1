using System.Data.Common;
using System.Globalization;
using System.Text.Json;

namespace Mirror.Core.Storage.Backups;

/// <summary>
/// Writes the rows of a database's tables as JSON: an array of objects with the row's columns by name, binary values in base64. It does not
/// depend on the schema, so it works with the database of any version.
/// </summary>
internal static class TableWriter
{
    private const int FlushAt = 64 * 1024;

    /// <summary>Tables that can be fetched from origins again, or belong to the schema itself.</summary>
    private static readonly HashSet<string> LeftOut =
        ["OriginDocuments", "DocumentRefreshes", "__EFMigrationsHistory", "__EFMigrationsLock"];

    /// <summary>The tables whose rows are part of a backup.</summary>
    public static async Task<IReadOnlyList<string>> ListAsync(DbConnection connection, CancellationToken cancellationToken)
    {
        var names = new List<string>();
        var command = connection.CreateCommand();
        await using (command.ConfigureAwait(false))
        {
            command.CommandText = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name";
            var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            await using (reader.ConfigureAwait(false))
            {
                while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
                {
                    names.Add(reader.GetString(0));
                }
            }
        }

        return [.. names.Where(Includes)];
    }

    /// <summary>Whether the rows of a table are part of a backup.</summary>
    public static bool Includes(string table) => !LeftOut.Contains(table);

    /// <param name="connection">An open connection.</param>
    /// <param name="table">One of the tables returned by <see cref="ListAsync"/>.</param>
    /// <param name="output">Receives the JSON in UTF-8.</param>
    public static Task WriteAsync(DbConnection connection, string table, Stream output, CancellationToken cancellationToken) =>
        WriteAsync(connection, null, table, null, output, cancellationToken);

    /// <param name="connection">An open connection.</param>
    /// <param name="transaction">Null: none.</param>
    /// <param name="columns">The columns in the order in which they are written; rows are sorted by the first. Null: all.</param>
    /// <param name="output">Receives the JSON in UTF-8, which is the same for the same rows in every kind of database.</param>
    public static async Task WriteAsync(
        DbConnection connection,
        DbTransaction? transaction,
        string table,
        IReadOnlyList<string>? columns,
        Stream output,
        CancellationToken cancellationToken)
    {
        var json = new Utf8JsonWriter(output);
        await using (json.ConfigureAwait(false))
        {
            json.WriteStartArray();
            var command = connection.CreateCommand();
            await using (command.ConfigureAwait(false))
            {
#pragma warning disable CA2100 // The name comes from the database's own list of tables.
                string selected = columns is null ? "*" : string.Join(", ", columns.Select(column => $"\"{column}\""));
                command.CommandText = $"SELECT {selected} FROM \"{table.Replace("\"", "\"\"", StringComparison.Ordinal)}\" ORDER BY 1";
                command.Transaction = transaction;
#pragma warning restore CA2100
                var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
                await using (reader.ConfigureAwait(false))
                {
                    while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
                    {
                        WriteRow(json, reader);
                        if (json.BytesPending > FlushAt)
                        {
                            await json.FlushAsync(cancellationToken).ConfigureAwait(false);
                        }
                    }
                }
            }

            json.WriteEndArray();
        }
    }

    private static void WriteRow(Utf8JsonWriter json, DbDataReader reader)
    {
        json.WriteStartObject();
        for (int i = 0; i < reader.FieldCount; i++)
        {
            string column = reader.GetName(i);
            switch (reader.GetValue(i))
            {
                case DBNull: json.WriteNull(column); break;
                // SQLite has no Boolean type, and one type for all integers.
                case bool flag: json.WriteNumber(column, flag ? 1 : 0); break;
                case int number: json.WriteNumber(column, number); break;
                case long number: json.WriteNumber(column, number); break;
                case double number: json.WriteNumber(column, number); break;
                case byte[] bytes: json.WriteBase64String(column, bytes); break;
                case var value: json.WriteString(column, Convert.ToString(value, CultureInfo.InvariantCulture)); break;
            }
        }

        json.WriteEndObject();
    }
}
