using System.CommandLine;
using Microsoft.Extensions.Logging.Abstractions;
using Mirror.Core.Catalog;
using Mirror.Core.Configuration;
using Mirror.Core.Database;
using Mirror.Core.Storage;
using Mirror.Core.Storage.Backups;
using Mirror.Web.Cli;
using Spectre.Console;

namespace Mirror.Web.Hosting.Commands;

/// <summary><c>mirror backup</c></summary>
internal sealed class BackupCommand : LocalCommand
{
    private readonly Argument<string> _file = new("file") { Description = "The tar archive to write. It holds secrets; only its owner can read it." };

    public BackupCommand()
        : base(
            "backup",
            "Back up this machine's server, also while it runs. Database, packages, certificates and keys, as they are at one moment.",
            "mirror backup /var/backups/mirror.tar",
            "cd /etc/mirror && sudo -u mirror Mirror__DataDirectory=/var/lib/mirror mirror backup /var/backups/mirror.tar")
    {
        Add(_file);
        AddCommonOptions();
    }

    protected override async Task<int> RunAsync(MirrorOptions options, ParseResult arguments, CommandOutput output, CancellationToken cancellationToken)
    {
        if (options.Database.ConnectionString is null && !File.Exists(options.DatabasePath))
        {
            throw new StartFailedException($"Mirror:DataDirectory: '{options.DataDirectory}' holds no data.");
        }

        string path = Path.GetFullPath(arguments.GetRequiredValue(_file));
        if (!Directory.Exists(Path.GetDirectoryName(path)))
        {
            throw new DirectoryNotFoundException($"'{Path.GetDirectoryName(path)}' does not exist; expected a directory in which the backup can be written.");
        }

        var database = new CatalogDatabase(options);
        var store = new FileSystemPackageStore(options.PackagesDirectory, options.StagingDirectory);
        using var blobs = new StoredBlobs(database, store, NullLogger<StoredBlobs>.Instance);
        var writer = new BackupWriter(database, store, blobs, options);
        var report = output.IsInteractive
            ? await AnsiConsole.Progress().AutoClear(true).StartAsync(context =>
            {
                var bar = context.AddTask("packages");
                return writer.WriteAsync(path, new Reporter<(int Done, int Total)>(at => (bar.MaxValue, bar.Value) = (Math.Max(at.Total, 1), at.Done)), cancellationToken);
            })
            : await writer.WriteAsync(path, new Reporter<(int, int)>(_ => { }), cancellationToken);
        string gone = report.Gone > 0 ? $", without {report.Gone} that were deleted meanwhile" : "";
        foreach (var digest in report.Damaged)
        {
            output.Error($"The package stored as {digest} is damaged and not in the backup; 'mirror verify --repair' fetches it again.");
        }

        output.Result(new BackupDocument(path, report.Packages, report.Size, report.Gone), $"Backed up {report.Packages} packages ({Quantity.FormatSize(report.Size)}){gone}: {path}");
        return report.Damaged.Count == 0 ? ExitCodes.Success : ExitCodes.Failure;
    }
}

/// <summary>Unlike <see cref="Progress{T}"/>, which may report late and out of order.</summary>
internal sealed class Reporter<T>(Action<T> report) : IProgress<T>
{
    public void Report(T value) => report(value);
}
