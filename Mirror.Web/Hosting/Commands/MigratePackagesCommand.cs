using System.CommandLine;
using System.Text.Json.Nodes;
using Mirror.Core.Configuration;
using Mirror.Core.Database;
using Mirror.Core.Storage.Migration;
using Mirror.Core.Storage.Objects;
using Mirror.Web.Cli;
using Spectre.Console;

namespace Mirror.Web.Hosting.Commands;

/// <summary><c>mirror migrate-packages</c>: from the package store of the local server to another one.</summary>
internal static class MigratePackagesCommand
{
    public static ServerCommand Create()
    {
        var to = new Option<FileInfo>("--to")
        {
            Description = "A JSON file with the section Mirror:Packages of the other store, such as the future appsettings.json.",
            HelpName = "file",
            Required = true,
            CustomParser = CommandOptions.ExistingFile("--to"),
        };
        return new ServerCommand(
            "migrate-packages",
            "Copy the packages of the local server into another store, even while it is running. Every package is checked against its "
            + "digest; the source is not changed. Packages in the target are skipped, so an interrupted copy can be repeated. "
            + "At the end, stop the server and repeat the command: it then copies the packages that came in the meantime and completes the "
            + "target. No server starts with an incomplete one.",
            "mirror migrate-packages --to /etc/mirror/new/appsettings.json",
            "systemctl stop mirror && mirror migrate-packages --to /etc/mirror/new/appsettings.json") { to }
            .RunsHere("Interrupted. Repeat the command to continue.", async call =>
            {
                var options = LocalInstance.ReadOptions();
                string file = call.Get(to).FullName;
                var target = ReadTarget(file, options);
                if (options.Database.ConnectionString is null && !File.Exists(options.DatabasePath))
                {
                    throw new StartFailedException($"Mirror:DataDirectory: '{options.DataDirectory}' contains no data; expected the "
                        + "data directory of a server.");
                }

                using var held = DataDirectoryLock.TryAcquire(options.DataDirectory);
                string directory = Path.Combine(options.DataDirectory, "migrate-packages");
                var from = ObjectStores.OpenPackages(options, TimeProvider.System);
                var into = ObjectStores.OpenPackages(
                    options with { Packages = target }, Path.Combine(directory, "staging"), TimeProvider.System);
                using var first = from as IDisposable;
                using var second = into as IDisposable;
                var migration = new PackageMigration(new CatalogDatabase(options), from, into, directory);
                var report = await RunAsync(migration, held is not null, call);
                foreach (var damaged in report.Damaged)
                {
                    call.Output.Error($"{damaged.Digest} was not copied. {damaged.Reason} Run 'mirror verify --repair' to fetch it again, then repeat this command.");
                }

                call.Output.Result(Document(into.Location, report), Describe(into.Location, file, report, held is null));
                return report.Damaged.Count == 0 ? ExitCodes.Success : ExitCodes.Failure;
            });
    }

    /// <exception cref="InvalidConfigurationException">The file has faults.</exception>
    private static PackagesOptions ReadTarget(string file, MirrorOptions options)
    {
        try
        {
            var target = MirrorOptionsReader.Read(
                new ConfigurationBuilder().AddJsonFile(file, optional: false, reloadOnChange: false).Build(), checkFiles: false).Packages;
            return (target.Store, options.Packages.Store) == (PackageStoreKind.FileSystem, PackageStoreKind.FileSystem)
                ? throw new UsageException($"--to: '{file}' selects no other store; expected Mirror:Packages:Store and the settings of the store.")
                : target;
        }
        catch (InvalidDataException e)
        {
            throw new UsageException($"--to: '{file}' is not valid: {e.GetBaseException().Message}");
        }
    }

    private static Task<MigrationReport> RunAsync(PackageMigration migration, bool isStopped, CommandCall call) => call.Output.IsInteractive
        ? AnsiConsole.Progress()
            .AutoClear(true)
            .Columns(ProgressColumns.ForThisTerminal(isOneTask: true))
            .StartAsync(context =>
            {
                var bar = context.AddTask("packages");
                var progress = new ImmediateProgress<MigrationProgress>(at =>
                {
                    (bar.MaxValue, bar.Value) = (Math.Max(at.TotalBytes, 1), at.DoneBytes);
                    bar.Description = $"{at.Done:N0} of {CommandText.Count(at.Total, "package")}";
                });
                return migration.RunAsync(isStopped, progress, call.Stop);
            })
        : migration.RunAsync(isStopped, null, call.Stop);

    private static string Describe(string location, string file, MigrationReport report, bool isRunning)
    {
        string copied = $"Copied {CommandText.Count(report.Copied, "package")} ({Quantity.FormatSize(report.CopiedBytes)}) to {location}, which contains "
            + $"{CommandText.Count(report.Packages, "package")}.";
        string next = report.IsComplete
            ? $"It is complete. Set Mirror:Packages as in {file}, then start the server."
            : isRunning
                ? "The server is running and can store more. Stop it and repeat this command before you change Mirror:Packages."
                : "It is not complete.";
        return $"{copied} {next}";
    }

    private static JsonObject Document(string location, MigrationReport report) => new()
    {
        ["location"] = location,
        ["packages"] = report.Packages,
        ["copied"] = report.Copied,
        ["copiedSize"] = report.CopiedBytes,
        ["damaged"] = new JsonArray([.. report.Damaged.Select(damaged => (JsonNode)new JsonObject { ["sha256"] = damaged.Digest.Hex, ["reason"] = damaged.Reason })]),
        ["isComplete"] = report.IsComplete,
    };
}
