using System.CommandLine;
using System.Text.Json.Nodes;
using Mirror.Core.Configuration;
using Mirror.Core.Database;
using Mirror.Core.Storage.Backups;
using Mirror.Web.Cli;
using Spectre.Console;

namespace Mirror.Web.Hosting.Commands;

/// <summary><c>mirror migrate-data</c>: from the database of the local server to another one.</summary>
internal static class MigrateDataCommand
{
    public static ServerCommand Create()
    {
        var to = new Option<DatabaseOptions>("--to")
        {
            Description = "The empty database: 'Host=…;Database=…' for PostgreSQL, 'Data Source=<file>' for SQLite. Set PostgreSQL's "
                + "password in PGPASSWORD or in a password file.",
            HelpName = "connection string",
            Required = true,
            CustomParser = CommandOptions.ParseWith(Parse),
        };
        return new ServerCommand(
            "migrate-data",
            "Copy the database of the local server into an empty one, of the same or another kind. The server must be stopped. "
            + "All rows are copied in one transaction and compared; the source is not changed. An interrupted copy can be repeated.",
            "mirror migrate-data --to \"Host=db.example.com;Database=mirror;Username=mirror\"",
            "mirror migrate-data --to \"Data Source=/var/lib/mirror/mirror.db\"") { to }
            .RunsHere("Interrupted. The target is unchanged.", async call =>
            {
                var options = LocalInstance.ReadOptions();
                using var held = DataDirectoryLock.Acquire(options.DataDirectory);
                var target = TargetOf(call.Get(to), options);
                var copied = await CopyAsync(new CatalogDatabase(options), new CatalogDatabase(target), options, call);
                return call.Print(
                    new JsonObject { ["tables"] = new JsonObject(copied.Select(table => KeyValuePair.Create<string, JsonNode?>(table.Table, table.Rows))) },
                    $"Copied and compared {copied.Sum(table => table.Rows):N0} rows of {copied.Count} tables. To use the new database, set "
                    + $"Mirror:Database:Provider to {target.Database.Provider} and Mirror:Database:ConnectionString, then start the server.");
            });
    }

    private static DatabaseOptions Parse(string connectionString)
    {
        foreach (var provider in Enum.GetValues<DatabaseProvider>())
        {
            if (MirrorOptionsReader.IsConnectionString(connectionString, provider))
            {
                return new DatabaseOptions { Provider = provider, ConnectionString = connectionString };
            }
        }

        // It can contain a password.
        throw new FormatException("--to is not a connection string; expected one such as 'Host=db.example.com;Database=mirror;Username=mirror'.");
    }

    private static MirrorOptions TargetOf(DatabaseOptions target, MirrorOptions options) => target == options.Database
        ? throw new StartFailedException("--to is the database of the server itself; expected another one.")
        : options with { Database = target };

    private static async Task<IReadOnlyList<CopiedTable>> CopyAsync(CatalogDatabase from, CatalogDatabase to, MirrorOptions options, CommandCall call)
    {
        var copy = new DatabaseCopy(from, to, Path.Combine(options.DataDirectory, "migrate-data.rows"));
        if (!call.Output.IsInteractive)
        {
            return await copy.RunAsync(null, call.Stop);
        }

        return await AnsiConsole.Progress().AutoClear(true).StartAsync(context =>
        {
            var bar = context.AddTask("tables");
            var progress = new ImmediateProgress<CopyProgress>(at => (bar.MaxValue, bar.Value, bar.Description) = (at.Total, at.Done, at.Table));
            return copy.RunAsync(progress, call.Stop);
        });
    }
}
