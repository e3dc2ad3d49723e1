using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.Extensions.Logging;
using Npgsql;
using Npgsql.EntityFrameworkCore.PostgreSQL.Metadata;

namespace Mirror.Core.Database.PostgreSql;

/// <summary>A database of a PostgreSQL server.</summary>
internal sealed class PostgreSqlEngine : DatabaseEngine
{
    private readonly NpgsqlConnectionStringBuilder _connection;

    public PostgreSqlEngine(string connectionString)
    {
        _connection = new NpgsqlConnectionStringBuilder(connectionString);
        _connection.ApplicationName ??= "mirror";
    }

    public override string Name => $"{_connection.Database} on {_connection.Host}:{_connection.Port}";

    public override DatabaseHealth CreateHealth(ILogger? logger) => new PostgreSqlHealth(_connection, logger);

    public override IDbContextFactory<MirrorDbContext> CreateFactory(params IInterceptor[] interceptors) =>
        new Factory(new PooledDbContextFactory<PostgreSqlDbContext>(
            new DbContextOptionsBuilder<PostgreSqlDbContext>().UseNpgsql(_connection.ConnectionString)
                .ConfigureWarnings(Warnings)
                .AddInterceptors(interceptors)
                .Options));

    // Creating databases is the administrator's task.
    public override bool Exists() => true;

    public override async Task AdvanceIdsAsync(MirrorDbContext db, CancellationToken cancellationToken)
    {
        foreach (var table in db.Model.GetRelationalModel().Tables)
        {
            foreach (var column in table.Columns.Where(column =>
                NpgsqlPropertyExtensions.GetValueGenerationStrategy(column.PropertyMappings[0].Property) == NpgsqlValueGenerationStrategy.IdentityByDefaultColumn))
            {
#pragma warning disable EF1002 // The names come from the model.
                await db.Database.ExecuteSqlRawAsync(
                    $"SELECT setval(pg_get_serial_sequence('\"{table.Name}\"', '{column.Name}'), greatest((SELECT max(\"{column.Name}\") FROM \"{table.Name}\"), 1))",
                    cancellationToken).ConfigureAwait(false);
#pragma warning restore EF1002
            }
        }
    }

    public override async Task<DatabaseContents?> ReadAsync(CancellationToken cancellationToken)
    {
        var connection = new NpgsqlConnection(_connection.ConnectionString);
        await using (connection.ConfigureAwait(false))
        {
            await connection.OpenAsync(cancellationToken).ConfigureAwait(false);
            return await DatabaseSchema.ReadAsync(
                connection, "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()", cancellationToken).ConfigureAwait(false);
        }
    }

    private sealed class Factory(PooledDbContextFactory<PostgreSqlDbContext> factory) : IDbContextFactory<MirrorDbContext>
    {
        public MirrorDbContext CreateDbContext() => factory.CreateDbContext();
    }
}
