using System.CommandLine;
using System.Globalization;
using Mirror.Core.Addresses;
using Mirror.Core.Configuration;
using Mirror.Core.Importing;
using Mirror.Web.Cli;
using Mirror.Web.Contracts;
using Spectre.Console;

namespace Mirror.Web.Features.Mirrors.Exporting;

/// <summary><c>mirror export</c></summary>
internal sealed class ExportCommand : ClientCommand
{
    private readonly Argument<string> _target = new("target") { Description = "A bundle to write, NAME.tar, or a directory, which clients can use as a filesystem_mirror." };
    private readonly Argument<ProviderAddress[]> _providers = CommandOptions.Providers();
    private readonly Option<NamespacePath> _group = CommandOptions.GroupPath();
    private readonly Option<Platform[]> _platforms = CommandOptions.Platforms();
    private readonly Option<string?> _since = new("--since")
    {
        Description = "Only what was cached after that: a time (2026-11-01, 2026-11-01T12:00:00Z), an age (7d), or an earlier bundle, to go on where it ends.",
        HelpName = "when",
    };

    public ExportCommand()
        : base(
            "export",
            "Export stored packages with what proves them, for machines without a network. SHA256SUMS, signatures and keys go along, and 'mirror import' verifies all of it again. An interrupted export goes on where it ended.",
            "mirror export providers.tar",
            "mirror export providers.tar hashicorp/aws hashicorp/null --platform linux_amd64",
            "mirror export november.tar --since october.tar",
            "mirror export ./filesystem-mirror")
    {
        _providers.Arity = ArgumentArity.ZeroOrMore;
        _providers.Description = "Provider source addresses. [default: all]";
        _platforms.Description = "A platform, such as linux_amd64; may be repeated. [default: all that are stored]";
        Add(_target);
        Add(_providers);
        Add(_group);
        Add(_platforms);
        Add(_since);
        AddCommonOptions();
        this.AddRule(result =>
        {
            if (result.GetValue(_target) is { } target && !IsBundle(target) && File.Exists(target))
            {
                result.AddError($"'{target}' is a file that is no bundle; expected the name of one, such as '{target}.tar', or a directory.");
            }

            if (result.GetResult(_since) is { Implicit: false } && FindSince(result.GetValue(_since)!, DateTimeOffset.UtcNow) is null)
            {
                result.AddError($"--since: '{result.GetValue(_since)}' is not a time such as 2026-11-01, an age such as 7d, or a whole bundle.");
            }
        });
    }

    protected override async Task<int> RunAsync(MirrorClient client, ParseResult arguments, CommandOutput output, CancellationToken cancellationToken)
    {
        var group = arguments.GetRequiredValue(_group);
        string path = Path.GetFullPath(arguments.GetRequiredValue(_target));
        DateTimeOffset? since = arguments.GetValue(_since) is { } text ? FindSince(text, DateTimeOffset.UtcNow) : null;
        var plan = await ExportPlan.MakeAsync(client, group, arguments.GetValue(_providers) ?? [], arguments.GetValue(_platforms) ?? [], since, cancellationToken);
        if (plan.PackageCount == 0 && since is null)
        {
            output.Error($"{group} stores nothing of that.");
            return ExitCodes.Failure;
        }

        using IExportTarget target = IsBundle(path) ? new BundleTarget(path) : new DirectoryTarget(path);
        return await RunAsync(client, group, plan, target, path, output, cancellationToken);
    }

    private static async Task<int> RunAsync(
        MirrorClient client, NamespacePath group, ExportPlan plan, IExportTarget target, string path, CommandOutput output, CancellationToken cancellationToken)
    {
        ExportRun? run = null;
        bool interrupted = false;
        try
        {
            if (output.IsInteractive)
            {
                await AnsiConsole.Progress()
                    .AutoClear(true)
                    .HideCompleted(true)
                    .Columns(ProgressColumns.ForThisTerminal(isOneTask: false))
                    .StartAsync(context => (run = new ExportRun(client, group, target, new ExportBars(context, AnsiConsole.Console))).RunAsync(plan, cancellationToken));
            }
            else
            {
                await (run = new ExportRun(client, group, target, new ExportLines(output))).RunAsync(plan, cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            interrupted = true;
        }

        var report = ExportReport.Of(path, plan, run!.Done, interrupted);
        output.Result(report, $"Exported {report.Exported}, present {report.Present}, failed {report.Failed}: {path}");
        if (interrupted)
        {
            output.Error($"Interrupted with {plan.PackageCount - report.Packages.Count} packages left; the same command goes on from here.");
        }

        return report.Failed == 0 && !interrupted ? ExitCodes.Success : ExitCodes.Failure;
    }

    private static bool IsBundle(string path) => path.EndsWith(".tar", StringComparison.OrdinalIgnoreCase);

    private static DateTimeOffset? FindSince(string text, DateTimeOffset now)
    {
        if (File.Exists(text))
        {
            return MirrorBundle.FindThrough(text);
        }

        if (Quantity.TryParseDuration(text, out var age))
        {
            return now - age;
        }

        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;
    }
}
