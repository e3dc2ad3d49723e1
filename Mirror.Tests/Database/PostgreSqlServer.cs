using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace Mirror.Tests.Database;

/// <summary>
/// A PostgreSQL server of this test run, on a loopback port. It ends, and its files go, with the process of the tests, however that ends.
/// </summary>
public sealed class PostgreSqlServer
{
    private const string Owner = "mirror";

    private static readonly Lazy<Task<PostgreSqlServer>> Shared = new(StartAsync);

    private readonly string _connectionString;
    // Its input ends when it is collected.
    private readonly Process _shell;

    private PostgreSqlServer(Process shell, int port)
    {
        _shell = shell;
        _connectionString = new NpgsqlConnectionStringBuilder
        {
            Host = "127.0.0.1",
            Port = port,
            Username = Owner,
            Database = "postgres",
            MaxPoolSize = 20,
            // Hundreds of servers of tests use it in turn.
            ConnectionIdleLifetime = 2,
            ConnectionPruningInterval = 1,
            Timeout = 60,
        }.ConnectionString;
    }

    public static Task<PostgreSqlServer> GetAsync() => Shared.Value;

    /// <returns>How to connect to it.</returns>
    public string ConnectionTo(string database) => new NpgsqlConnectionStringBuilder(_connectionString) { Database = database }.ConnectionString;

    /// <summary>Creates a database.</summary>
    /// <param name="template">A database to copy, to which no connection is open.</param>
    /// <returns>How to connect to it.</returns>
    public async Task<string> CreateDatabaseAsync(string name, string template = "template0")
    {
        await ExecuteAsync($"CREATE DATABASE \"{name}\" TEMPLATE \"{template}\"");
        return ConnectionTo(name);
    }

    public async Task ExecuteAsync(string statement)
    {
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(_connectionString) { Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = statement;
        await command.ExecuteNonQueryAsync();
    }

    private static async Task<PostgreSqlServer> StartAsync()
    {
        string programs = FindPrograms();
        var directory = Directory.CreateTempSubdirectory("mirror-tests-postgresql-");
        int port = FreePort();
        // PostgreSQL refuses to run as root. The shell ends the server once its input ends, which is when this process does.
        string asUser = Environment.UserName == "root" ? "setpriv --reuid=postgres --regid=postgres --clear-groups --inh-caps=-all" : "";
        string script = $"""
            set -e
            cd '{directory.FullName}'
            {(asUser.Length == 0 ? "" : $"chown postgres '{directory.FullName}'")}
            {asUser} '{programs}/initdb' --no-sync --auth=trust --encoding=UTF8 --locale=C --username={Owner} -D '{directory.FullName}/data' >'{directory.FullName}/log' 2>&1
            {asUser} '{programs}/postgres' -D '{directory.FullName}/data' -p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories= \
              -c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=600 -c shared_buffers=64MB </dev/null >>'{directory.FullName}/log' 2>&1 &
            server=$!
            cat >/dev/null
            kill -QUIT $server
            wait $server || true
            rm -rf '{directory.FullName}'
            """;
        var shell = Process.Start(new ProcessStartInfo("sh", ["-c", script]) { RedirectStandardInput = true })
            ?? throw new InvalidOperationException("The shell that runs PostgreSQL did not start.");
        var server = new PostgreSqlServer(shell, port);
        long begun = TimeProvider.System.GetTimestamp();
        while (true)
        {
            try
            {
                await server.ExecuteAsync("SELECT 1");
                return server;
            }
            catch (NpgsqlException e)
            {
                if (server._shell.HasExited || TimeProvider.System.GetElapsedTime(begun) > TimeSpan.FromMinutes(2))
                {
                    string log = Path.Combine(directory.FullName, "log");
                    throw new InvalidOperationException($"PostgreSQL did not start: {(File.Exists(log) ? await File.ReadAllTextAsync(log) : "no log")}", e);
                }

                await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
            }
        }
    }

    private static string FindPrograms() =>
        Directory.Exists("/usr/lib/postgresql")
            ? Directory.EnumerateDirectories("/usr/lib/postgresql").Order(StringComparer.Ordinal).Select(version => Path.Combine(version, "bin")).Last()
            : throw new InvalidOperationException("PostgreSQL is not installed: these tests need Debian's package postgresql.");

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
