using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Mirror.Core.Addresses;
using Mirror.Core.Configuration;
using Mirror.Core.Importing;
using Mirror.Core.Storage.Objects;
using Mirror.Web.Cli;
using Mirror.Web.Contracts;

namespace Mirror.Web.Features.Mirrors.Transfer;

/// <summary><c>mirror import</c> and <c>mirror export</c></summary>
internal static class TransferCommands
{
    public static ServerCommand Import()
    {
        var source = new Argument<ImportSource>("source")
        {
            Description = "A filesystem mirror: HOST/NAMESPACE/TYPE with zip archives, or with VERSION/OS_ARCH directories below it, or "
                + "both. Or a bundle that 'mirror export' created, also in an object store.",
            CustomParser = CommandOptions.ParseWith(ImportSource.Parse),
        };
        var group = CommandOptions.GroupPath();
        return new ServerCommand(
            "import",
            "Import the packages of a filesystem mirror or a bundle. The server computes every hash again and verifies every signature. "
            + "Packages that the server already has are not sent again, so an interrupted import can be resumed.",
            "terraform providers mirror ./mirror && mirror import ./mirror",
            "mirror import providers.tar",
            "mirror import s3://example-bundles/providers.tar",
            "mirror import /usr/share/terraform/plugins --group-path platform",
            "mirror import ~/.terraform.d/plugin-cache --url https://mirror.example.com --json")
        {
            source, group,
        }.WithSection("Object stores", RemoteStores.Help).Runs((client, call) => RemoteStores.ExplainAsync(call, () => call.Get(source).ReadAsync(
            content => ImportAsync(client, call.Get(group), call.Get(source).Path, content, call), call.Stop)));
    }

    public static ServerCommand Export()
    {
        var target = new Argument<string>("target")
        {
            Description = "The bundle to write, NAME.tar, also in an object store, or a directory, which clients can use as a "
                + "filesystem_mirror.",
        };
        var (providers, group, platforms) = (CommandOptions.Providers(), CommandOptions.GroupPath(), CommandOptions.Platforms());
        providers.Arity = ArgumentArity.ZeroOrMore;
        providers.Description = "Provider source addresses. [default: all]";
        platforms.Description = "A platform, such as linux_amd64; may be repeated. [default: all that are stored]";
        var since = new Option<string?>("--since")
        {
            Description = "Only packages that were cached after a time (2026-11-01, 2026-11-01T12:00:00Z), within an age (7d), or after an "
                + "earlier bundle was written.",
            HelpName = "when",
        };
        return new ServerCommand(
            "export",
            "Export stored packages with their proofs, for machines without internet access. The export includes SHA256SUMS, signatures and "
            + "keys, and 'mirror import' verifies them again. To resume an interrupted export, run the command again.",
            "mirror export providers.tar",
            "mirror export providers.tar hashicorp/aws hashicorp/null --platform linux_amd64",
            "mirror export november.tar --since october.tar",
            "mirror export s3://example-bundles/providers.tar",
            "mirror export ./filesystem-mirror") { target, providers, group, platforms, since }.Requires(result =>
        {
            if (result.GetValue(target) is { } path && FindFault(path) is { } fault)
            {
                result.AddError(fault);
            }

            if (result.GetValue(since) is { } when && FindSince(when, TimeProvider.System.GetUtcNow()) is null)
            {
                result.AddError(
                    $"--since: '{when}' is not valid; expected a time such as 2026-11-01, an age such as 7d, or a complete bundle.");
            }
        }).WithSection("Object stores", RemoteStores.Help).Runs((client, call) => RemoteStores.ExplainAsync(call, async () =>
        {
            var url = ObjectUrl.IsUrl(call.Get(target)) ? ObjectUrl.Parse(call.Get(target)) : null;
            string path = url?.ToString() ?? Path.GetFullPath(call.Get(target));
            using var objects = url is null ? null : RemoteStores.Open(url);
            if (objects is not null)
            {
                // Credentials that do not work are reported before gigabytes are read.
                await objects.FindAsync(url!.Key, call.Stop);
            }

            DateTimeOffset? from = call.Get(since) is { } text ? FindSince(text, TimeProvider.System.GetUtcNow()) : null;
            var plan = await ExportPlan.MakeAsync(
                client, call.Get(group), call.Get(providers) ?? [], call.Get(platforms) ?? [], from, call.Stop);
            if (plan.PackageCount == 0 && from is null)
            {
                call.Output.Error($"{call.Get(group)} contains no such packages.");
                return ExitCodes.Failure;
            }

            using IExportTarget to = objects is not null ? new RemoteTarget(url!, objects)
                : IsBundle(path) ? new BundleTarget(path)
                : new DirectoryTarget(path);
            var report = await TransferProgress.RunAsync(
                call.Output,
                isOneTask: false,
                progress => new ExportRun(client, call.Get(group), to, progress).RunAsync(plan, path, call.Stop));
            return Print(report, plan.PackageCount, call.Output);
        }));
    }

    private static async Task<int> ImportAsync(
        MirrorClient client, NamespacePath group, string path, FilesystemMirrorContent content, CommandCall call)
    {
        if (content.Packages.Count == 0 && content.Skipped.Count == 0)
        {
            call.Output.Error(
                $"'{path}' contains no packages; expected a filesystem mirror, such as 'terraform providers mirror' creates.");
            return ExitCodes.Failure;
        }

        // One error for a group that does not exist, before gigabytes are sent, instead of one for each package.
        await client.GetNamespaceAsync(group, call.Stop);
        var report = await TransferProgress.RunAsync(
            call.Output, isOneTask: true, progress => new ImportRun(client, group, progress).RunAsync(content, call.Stop));
        return Print(report, content.Packages.Count, call.Output);
    }

    /// <returns>Null if the target of an export can be used.</returns>
    private static string? FindFault(string target)
    {
        if (!ObjectUrl.IsUrl(target))
        {
            return !IsBundle(target) && File.Exists(target)
                ? $"'{target}' is a file that is not a bundle; expected a name such as '{target}.tar', or a directory."
                : null;
        }

        try
        {
            return IsBundle(ObjectUrl.Parse(target).Key) ? null : $"'{target}' is not a bundle; expected a name such as '{target}.tar'.";
        }
        catch (FormatException e)
        {
            return e.Message;
        }
    }

    private static int Print(ImportReport report, int packages, CommandOutput output)
    {
        foreach (var skipped in report.Skipped)
        {
            output.Error($"skipped: '{skipped.Path}' {skipped.Reason}");
        }

        string skippedCount = report.Skipped.Count > 0 ? $", skipped {report.Skipped.Count}" : "";
        output.Result(
            JsonSerializer.SerializeToNode(report, TransferJson.Default.ImportReport)!.AsObject(),
            $"Imported {report.Imported}, unchanged {report.Unchanged}, failed {report.Failed}{skippedCount}.");
        PrintInterrupted(report.Interrupted, packages - report.Packages.Count, output);
        return report.Failed + report.Skipped.Count == 0 && !report.Interrupted ? ExitCodes.Success : ExitCodes.Failure;
    }

    private static int Print(ExportReport report, int packages, CommandOutput output)
    {
        output.Result(
            JsonSerializer.SerializeToNode(report, TransferJson.Default.ExportReport)!.AsObject(),
            $"Exported {report.Exported}, present {report.Present}, failed {report.Failed}: {report.Path}");
        PrintInterrupted(report.Interrupted, packages - report.Packages.Count, output);
        return report.Failed == 0 && !report.Interrupted ? ExitCodes.Success : ExitCodes.Failure;
    }

    private static void PrintInterrupted(bool interrupted, int left, CommandOutput output)
    {
        if (interrupted)
        {
            output.Error($"Interrupted with {CommandText.Count(left, "package")} left; to continue, run the same command again.");
        }
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
