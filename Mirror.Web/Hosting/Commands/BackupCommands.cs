using System.CommandLine;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using Mirror.Core.Catalog;
using Mirror.Core.Configuration;
using Mirror.Core.Database;
using Mirror.Core.Storage.Backups;
using Mirror.Core.Storage.Objects;
using Mirror.Web.Cli;
using Spectre.Console;

namespace Mirror.Web.Hosting.Commands;

/// <summary><c>mirror backup</c> and <c>mirror restore</c>, on the data directory of the local server.</summary>
internal static class BackupCommands
{
    private const string Interrupted = "Interrupted. No incomplete files remain.";

    public static ServerCommand Backup()
    {
        var file = new Argument<string>("file")
        {
            Description = "The tar archive to write. It contains secrets; only its owner can read it.",
        };
        return new ServerCommand(
            "backup",
            "Back up the local server, even while it is running. The backup is a consistent snapshot of the database, packages, "
            + "certificates and keys.",
            "mirror backup /var/backups/mirror.tar",
            "cd /etc/mirror && sudo -u mirror Mirror__DataDirectory=/var/lib/mirror mirror backup /var/backups/mirror.tar") { file }
            .RunsHere(Interrupted, async call =>
            {
                var options = LocalInstance.ReadOptions();
                if (options.Database.ConnectionString is null && !File.Exists(options.DatabasePath))
                {
                    throw new StartFailedException($"Mirror:DataDirectory: '{options.DataDirectory}' contains no data; expected the "
                        + "data directory of a server.");
                }

                string path = Path.GetFullPath(call.Get(file));
                if (!Directory.Exists(Path.GetDirectoryName(path)))
                {
                    throw new DirectoryNotFoundException(
                        $"'{Path.GetDirectoryName(path)}' does not exist; expected an existing directory for the backup.");
                }

                var report = await WriteAsync(options, path, call);
                foreach (var digest in report.Damaged)
                {
                    call.Output.Error($"The stored package {digest} is damaged and not in the backup. Run "
                        + "'mirror verify --repair' to fetch it again.");
                }

                string gone = report.Gone > 0 ? $", without {CommandText.Count(report.Gone, "package")} deleted in the meantime" : "";
                call.Output.Result(
                    Document(path, report),
                    $"Backed up {CommandText.Count(report.Packages, "package")} ({Quantity.FormatSize(report.Size)}){gone}: {path}");
                return report.Damaged.Count == 0 ? ExitCodes.Success : ExitCodes.Failure;
            });
    }

    public static ServerCommand Restore()
    {
        var file = new Argument<FileInfo>("file")
        {
            Description = "A backup that 'mirror backup' created.",
            CustomParser = CommandOptions.ExistingFile("<file>"),
        };
        return new ServerCommand(
            "restore",
            "Restore a backup into an empty data directory. The local server must be stopped. "
            + "Every package is checked against its digest.",
            "mirror restore /var/backups/mirror.tar",
            "Mirror__DataDirectory=/var/lib/mirror-new mirror restore mirror.tar") { file }
            .RunsHere(Interrupted, async call =>
            {
                var options = LocalInstance.ReadOptions();
                string path = call.Get(file).FullName;
                using var held = DataDirectoryLock.Acquire(options.DataDirectory);
                var reader = new BackupReader(
                    new CatalogDatabase(options), ObjectStores.OpenPackages(options, TimeProvider.System), options);
                var report = await reader.RestoreAsync(path, new ImmediateProgress<int>(_ => { }), call.Stop);
                return call.Print(
                    Document(path, report),
                    $"Restored {CommandText.Count(report.Packages, "package")} ({Quantity.FormatSize(report.Size)}) from Mirror {report.WrittenBy} into "
                    + $"{options.DataDirectory}. Start the server.");
            });
    }

    private static async Task<BackupReport> WriteAsync(MirrorOptions options, string path, CommandCall call)
    {
        var database = new CatalogDatabase(options);
        var store = ObjectStores.OpenPackages(options, TimeProvider.System);
        using var blobs = new StoredBlobs(database, store, NullLogger<StoredBlobs>.Instance);
        var writer = new BackupWriter(database, store, blobs, options);
        if (!call.Output.IsInteractive)
        {
            return await writer.WriteAsync(path, new ImmediateProgress<(int, int)>(_ => { }), call.Stop);
        }

        return await AnsiConsole.Progress().AutoClear(true).StartAsync(context =>
        {
            var bar = context.AddTask("packages");
            var progress = new ImmediateProgress<(int Done, int Total)>(at => (bar.MaxValue, bar.Value) = (Math.Max(at.Total, 1), at.Done));
            return writer.WriteAsync(path, progress, call.Stop);
        });
    }

    private static JsonObject Document(string path, BackupReport report) =>
        new()
        {
            ["path"] = path,
            ["packages"] = report.Packages,
            ["size"] = report.Size,
            ["gone"] = report.Gone,
            ["writtenBy"] = report.WrittenBy,
        };
}
