using System.CommandLine;
using Mirror.Core.Configuration;
using Mirror.Core.Storage;
using Mirror.Core.Storage.Backups;
using Mirror.Web.Cli;

namespace Mirror.Web.Hosting.Commands;

/// <summary><c>mirror restore</c></summary>
internal sealed class RestoreCommand : LocalCommand
{
    private readonly Argument<FileInfo> _file = new Argument<FileInfo>("file") { Description = "A backup that 'mirror backup' wrote." }.AcceptExistingOnly();

    public RestoreCommand()
        : base(
            "restore",
            "Restore a backup into an empty data directory. This machine's server must be stopped; every package is checked against its digest.",
            "mirror restore /var/backups/mirror.tar",
            "Mirror__DataDirectory=/var/lib/mirror-new mirror restore mirror.tar")
    {
        Add(_file);
        AddCommonOptions();
    }

    protected override async Task<int> RunAsync(MirrorOptions options, ParseResult arguments, CommandOutput output, CancellationToken cancellationToken)
    {
        string path = arguments.GetRequiredValue(_file).FullName;
        using var held = DataDirectoryLock.Acquire(options.DataDirectory);
        var reader = new BackupReader(new FileSystemPackageStore(options.PackagesDirectory, options.StagingDirectory), options);
        var report = await reader.RestoreAsync(path, new Reporter<int>(_ => { }), cancellationToken);
        output.Result(
            new BackupDocument(path, report.Packages, report.Size, report.Gone),
            $"Restored {report.Packages} packages ({Quantity.FormatSize(report.Size)}) into {options.DataDirectory}. Start the server.");
        return ExitCodes.Success;
    }
}
