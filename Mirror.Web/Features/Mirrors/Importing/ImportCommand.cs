using System.CommandLine;
using Mirror.Core.Addresses;
using Mirror.Core.Importing;
using Mirror.Web.Cli;
using Mirror.Web.Contracts;
using Spectre.Console;

namespace Mirror.Web.Features.Mirrors.Importing;

/// <summary><c>mirror import</c></summary>
internal sealed class ImportCommand : ClientCommand
{
    private readonly Argument<FileSystemInfo> _source = new Argument<FileSystemInfo>("source")
    {
        Description = "A filesystem mirror: HOST/NAMESPACE/TYPE with zip archives, or with VERSION/OS_ARCH directories below it, or both. Or a bundle of 'mirror export'.",
    }.AcceptExistingOnly();

    private readonly Option<NamespacePath> _group = CommandOptions.GroupPath();

    public ImportCommand()
        : base(
            "import",
            "Import the packages of a filesystem mirror or a bundle. Every hash is computed anew, and every signature that comes along verified by the server. "
            + "What it has already is not sent again: an interrupted import goes on where it ended.",
            "terraform providers mirror ./mirror && mirror import ./mirror",
            "mirror import providers.tar",
            "mirror import /usr/share/terraform/plugins --group-path platform",
            "mirror import ~/.terraform.d/plugin-cache --url https://mirror.example.com --json")
    {
        Add(_source);
        Add(_group);
        AddCommonOptions();
    }

    protected override async Task<int> RunAsync(MirrorClient client, ParseResult arguments, CommandOutput output, CancellationToken cancellationToken)
    {
        var source = arguments.GetRequiredValue(_source);
        var content = source is FileInfo ? MirrorBundle.Scan(source.FullName) : FilesystemMirror.Scan(source.FullName);
        if (content.Packages.Count == 0 && content.Skipped.Count == 0)
        {
            output.Error($"'{source.FullName}' holds no packages; expected a filesystem mirror such as 'terraform providers mirror' writes it.");
            return ExitCodes.Failure;
        }

        var group = arguments.GetRequiredValue(_group);
        // One answer for a group that is not there, before gigabytes are sent, rather than one for each package.
        await client.GetNamespaceAsync(group, cancellationToken);
        var report = await RunAsync(client, group, content, output, cancellationToken);
        foreach (var skipped in report.Skipped)
        {
            output.Error($"skipped '{skipped.Path}': {skipped.Reason}");
        }

        string skippedCount = report.Skipped.Count > 0 ? $", skipped {report.Skipped.Count}" : "";
        output.Result(report, $"Imported {report.Imported}, unchanged {report.Unchanged}, failed {report.Failed}{skippedCount}.");
        if (report.Interrupted)
        {
            output.Error($"Interrupted with {content.Packages.Count - report.Packages.Count} packages left; the same command goes on from here.");
        }

        return report.Failed + report.Skipped.Count == 0 && !report.Interrupted ? ExitCodes.Success : ExitCodes.Failure;
    }

    private static async Task<ImportReport> RunAsync(
        MirrorClient client, NamespacePath group, FilesystemMirrorContent content, CommandOutput output, CancellationToken cancellationToken)
    {
        if (!output.IsInteractive)
        {
            return await new ImportRun(client, group, new ImportLines(output)).RunAsync(content, cancellationToken);
        }

        return await AnsiConsole.Progress()
            .AutoClear(true)
            .HideCompleted(true)
            .Columns(ProgressColumns.ForThisTerminal(isOneTask: true))
            .StartAsync(context => new ImportRun(client, group, new ImportBars(context, AnsiConsole.Console)).RunAsync(content, cancellationToken));
    }
}
