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

        return [.. names.Where(name => !LeftOut.Contains(name))];
    }

    /// <param name="connection">An open connection.</param>
    /// <param name="table">One of the tables returned by <see cref="ListAsync"/>.</param>
    /// <param name="output">Receives the JSON in UTF-8.</param>
    public static async Task WriteAsync(DbConnection connection, string table, Stream output, CancellationToken cancellationToken)
    {
        var json = new Utf8JsonWriter(output);
        await using (json.ConfigureAwait(false))
        {
            json.WriteStartArray();
            var command = connection.CreateCommand();
            await using (command.ConfigureAwait(false))
            {
#pragma warning disable CA2100 // The name comes from the database's own list of tables.
                command.CommandText = $"SELECT * FROM \"{table.Replace("\"", "\"\"", StringComparison.Ordinal)}\" ORDER BY 1";
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
                case long number: json.WriteNumber(column, number); break;
                case double number: json.WriteNumber(column, number); break;
                case byte[] bytes: json.WriteBase64String(column, bytes); break;
                case var value: json.WriteString(column, Convert.ToString(value, CultureInfo.InvariantCulture)); break;
            }
        }

        json.WriteEndObject();
    }
}
