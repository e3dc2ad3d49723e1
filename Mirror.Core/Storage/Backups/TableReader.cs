using System.Data;
using System.Data.Common;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Mirror.Core.Database;

namespace Mirror.Core.Storage.Backups;

/// <summary>
/// Inserts rows written by <see cref="TableWriter"/> of any version into an empty database of this version: unknown columns are dropped,
/// missing columns get their defaults.
/// </summary>
internal static class TableReader
{
    /// <summary>Reads all tables in one transaction.</summary>
    /// <param name="db">A new database with this version's schema.</param>
    /// <param name="open">Opens the rows of a table; null if the backup has none.</param>
    /// <exception cref="InvalidDataException">A row cannot be read, or refers to a missing row; nothing was written.</exception>
    public static async Task ReadAsync(MirrorDbContext db, Func<string, Task<Stream?>> open, CancellationToken cancellationToken)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        // The backup also contains the row that the schema creates.
        await db.Namespaces.ExecuteDeleteAsync(cancellationToken).ConfigureAwait(false);
        await db.Settings.ExecuteDeleteAsync(cancellationToken).ConfigureAwait(false);
        foreach (var table in InOrder(db.Model.GetRelationalModel()))
        {
            if (await open(table.Name).ConfigureAwait(false) is { } json)
            {
                await using (json.ConfigureAwait(false))
                {
                    await ReadAsync(db, table, json, cancellationToken).ConfigureAwait(false);
                }
            }
        }

        await db.Settings.Where(row => row.Name.StartsWith(DatabaseSchema.SettingsPrefix))
            .ExecuteDeleteAsync(cancellationToken)
            .ConfigureAwait(false);
        await DatabaseSchema.RecordAsync(db, cancellationToken).ConfigureAwait(false);
        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <returns>The number of rows.</returns>
    /// <exception cref="InvalidDataException">A row cannot be read, or refers to a missing row.</exception>
    internal static async Task<long> ReadAsync(MirrorDbContext db, ITable table, Stream json, CancellationToken cancellationToken)
    {
        IColumn[] columns = [.. table.Columns];
        var connection = db.Database.GetDbConnection();
        var command = connection.CreateCommand();
        await using (command.ConfigureAwait(false))
        {
            command.Transaction = (
                db.Database.CurrentTransaction as Microsoft.EntityFrameworkCore.Infrastructure.IInfrastructure<DbTransaction>)?.Instance;
#pragma warning disable CA2100 // The names come from the model.
            command.CommandText =
                $"INSERT INTO \"{table.Name}\" ({string.Join(", ", columns.Select(column => $"\"{column.Name}\""))}) VALUES ({string.Join(", ", columns.Select((_, i) => $"@p{i}"))})";
#pragma warning restore CA2100
            for (int i = 0; i < columns.Length; i++)
            {
                var parameter = command.CreateParameter();
                parameter.ParameterName = $"@p{i}";
                parameter.DbType = TypeOf(columns[i]);
                command.Parameters.Add(parameter);
            }

            long number = 0;
            bool isPrepared = false;
            try
            {
                await foreach (
                    var row in JsonSerializer.DeserializeAsyncEnumerable(
                        json, TableJsonContext.Default.JsonElement, cancellationToken).ConfigureAwait(false))
                {
                    number++;
                    for (int i = 0; i < columns.Length; i++)
                    {
                        command.Parameters[i].Value = Value(row, columns[i]);
                    }

                    if (!isPrepared)
                    {
                        await command.PrepareAsync(cancellationToken).ConfigureAwait(false);
                        isPrepared = true;
                    }

                    await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
                }
            }
            catch (Exception e) when (e is JsonException or DbException or InvalidOperationException or FormatException)
            {
                throw new InvalidDataException($"Row {number} of the backup's table {table.Name} cannot be restored: {e.Message}", e);
            }

            return number;
        }
    }

    private static Type ClrTypeOf(IColumn column)
    {
        var property = column.PropertyMappings[0].Property;
        var type = property.GetTypeMapping().Converter?.ProviderClrType ?? property.ClrType;
        return Nullable.GetUnderlyingType(type) ?? type;
    }

    private static DbType TypeOf(IColumn column) => Type.GetTypeCode(ClrTypeOf(column)) switch
    {
        TypeCode.Boolean => DbType.Boolean,
        TypeCode.Int32 => DbType.Int32,
        TypeCode.Int64 => DbType.Int64,
        TypeCode.Double => DbType.Double,
        TypeCode.String => DbType.String,
        _ => DbType.Binary,
    };

    private static object Value(JsonElement row, IColumn column)
    {
        var type = ClrTypeOf(column);
        if (!row.TryGetProperty(column.Name, out var value) || value.ValueKind == JsonValueKind.Null)
        {
            return column.IsNullable
                ? DBNull.Value
                : type == typeof(string) ? ""
                : type == typeof(byte[]) ? Array.Empty<byte>()
                : Activator.CreateInstance(type)!;
        }

        return Type.GetTypeCode(type) switch
        {
            // SQLite has no Boolean type.
            TypeCode.Boolean => value.ValueKind == JsonValueKind.Number ? value.GetInt64() != 0 : value.GetBoolean(),
            TypeCode.Int32 => value.GetInt32(),
            TypeCode.Int64 => value.GetInt64(),
            TypeCode.Double => value.GetDouble(),
            TypeCode.String => value.GetString()!,
            _ when type == typeof(byte[]) => value.GetBytesFromBase64(),
            _ => throw new InvalidOperationException($"{column.Name} is a {type.Name}, which backups do not support."),
        };
    }

    /// <summary>Tables in dependency order. Within a table, rows are older than the rows that refer to them.</summary>
    internal static List<ITable> InOrder(IRelationalModel model)
    {
        var ordered = new List<ITable>();
        foreach (var table in model.Tables)
        {
            Visit(table);
        }

        return ordered;

        void Visit(ITable table)
        {
            if (!ordered.Contains(table))
            {
                foreach (var reference in table.ForeignKeyConstraints.Where(reference => reference.PrincipalTable != table))
                {
                    Visit((ITable)reference.PrincipalTable);
                }

                ordered.Add(table);
            }
        }
    }
}

[System.Text.Json.Serialization.JsonSerializable(typeof(JsonElement))]
internal sealed partial class TableJsonContext : System.Text.Json.Serialization.JsonSerializerContext;
