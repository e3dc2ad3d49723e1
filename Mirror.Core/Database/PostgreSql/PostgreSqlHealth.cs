using Microsoft.Extensions.Logging;
using Npgsql;

namespace Mirror.Core.Database.PostgreSql;

/// <summary>Monitors whether a PostgreSQL server answers, and whether it takes writes.</summary>
internal sealed class PostgreSqlHealth : DatabaseHealth
{
    /// <summary>How many seconds a probe waits for the server.</summary>
    private const int Wait = 3;

    private readonly string _connectionString;

    public PostgreSqlHealth(NpgsqlConnectionStringBuilder connection, ILogger? logger)
        : base(logger) =>
        _connectionString = new NpgsqlConnectionStringBuilder(connection.ConnectionString)
        {
            Pooling = false,
            Timeout = Wait,
            CommandTimeout = Wait,
        }.ConnectionString;

    protected override void Probe()
    {
        using var connection = new NpgsqlConnection(_connectionString);
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT count(*) FROM \"__EFMigrationsHistory\"";
        command.ExecuteScalar();
        if (WritesSuspect)
        {
            // A temporary table needs the disk and a server that is no standby.
            command.CommandText = "CREATE TEMPORARY TABLE probe (at timestamptz); INSERT INTO probe VALUES (now())";
            command.ExecuteNonQuery();
            WritesSuspect = false;
        }
    }
}
