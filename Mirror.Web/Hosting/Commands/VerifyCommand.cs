using System.CommandLine;
using System.Globalization;
using System.Runtime.CompilerServices;
using Mirror.Core.Configuration;
using Mirror.Core.Database;
using Mirror.Core.Storage.Integrity;
using Mirror.Web.Cli;
using Spectre.Console;

namespace Mirror.Web.Hosting.Commands;

/// <summary><c>mirror verify</c>: by the server, or on the local data directory while the server is stopped.</summary>
internal static class VerifyCommand
{
    // After the loss of a database, every package is an orphan.
    private const int MaxOrphans = 20;

    public static ServerCommand Create()
    {
        var repair = new Option<bool>("--repair") { Description = "Fetch damaged packages again, including those found earlier." };
        var adopt = new Option<bool>("--adopt")
        {
            Description = "Record orphaned packages again if a stored proof lists them. The others are kept for another grace period. "
                + "With --offline, this database also takes over the package store of another one.",
        };
        var removeOrphans = new Option<bool>("--remove-orphans")
        {
            Description = "Remove orphaned packages now, regardless of their number.",
        };
        var offline = new Option<bool>("--offline")
        {
            Description = "Check the data directory of the local server, which must be stopped.",
        };
        return new ServerCommand(
            "verify",
            "Check every stored package. Its content is compared with its digest and the signed SHA256SUMS. "
            + "Damaged packages are no longer served. If there are any, the exit code is 1.",
            "mirror verify",
            "mirror verify --repair",
            "mirror verify --remove-orphans",
            "systemctl stop mirror && Mirror__DataDirectory=/var/lib/mirror mirror verify --offline",
            "Mirror__DataDirectory=/var/lib/mirror mirror verify --offline --adopt") { repair, adopt, removeOrphans, offline }
            .Requires(result =>
            {
                if (result.GetValue(repair) && result.GetValue(offline))
                {
                    result.AddError("--repair and --offline cannot be combined: a repair needs the running server.");
                }

                if (result.GetValue(adopt) && result.GetValue(removeOrphans))
                {
                    result.AddError("--adopt and --remove-orphans cannot be combined.");
                }
            })
            .Runs((client, call) =>
            {
                var orphans = call.Get(adopt)
                    ? OrphanDecision.Adopt
                    : call.Get(removeOrphans) ? OrphanDecision.Remove : OrphanDecision.Keep;
                var checks = call.Get(offline)
                    ? CheckLocallyAsync(orphans, call.Stop)
                    : client.CheckIntegrityAsync(call.Get(repair), orphans, call.Stop);
                return RunAsync(checks, call);
            });
    }

    private static async Task<int> RunAsync(IAsyncEnumerable<IntegrityStatus> checks, CommandCall call)
    {
        IntegrityStatus? last = null;
        async Task FollowAsync(ProgressTask? bar)
        {
            await foreach (var document in checks)
            {
                last = document;
                if (bar is not null)
                {
                    bar.MaxValue = Math.Max(document.Size, 1);
                    bar.Value = document.CheckedSize;
                }
            }
        }

        try
        {
            await (call.Output.IsInteractive
                ? AnsiConsole.Progress()
                    .AutoClear(true)
                    .Columns(ProgressColumns.ForThisTerminal(isOneTask: true))
                    .StartAsync(context => FollowAsync(context.AddTask("checking")))
                : FollowAsync(null));
        }
        catch (OperationCanceledException) when (call.Stop.IsCancellationRequested)
        {
            call.Output.Error("Interrupted. Damaged packages found so far remain out of service.");
        }

        return Report(last, call.Output);
    }

    private static async IAsyncEnumerable<IntegrityStatus> CheckLocallyAsync(
        OrphanDecision orphans, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        bool adoptStore = orphans == OrphanDecision.Adopt;
        await using var instance = await LocalInstance.OpenAsync(LocalInstance.ReadOptions(), adoptStore, cancellationToken);
        var check = instance.Services.GetRequiredService<IntegrityCheck>();
        await foreach (var status in check.RunAsync(IntegrityMode.TakeOut, orphans, null, Principal.Admin, cancellationToken))
        {
            yield return status;
        }
    }

    private static int Report(IntegrityStatus? last, CommandOutput output)
    {
        if (last is not { Ended: true })
        {
            output.Error("The check ended before it was complete.");
        }

        if (last is null)
        {
            return ExitCodes.Failure;
        }

        if (output.IsJson)
        {
            output.Json(last);
        }

        var orphans = last.Findings.Where(finding => finding.Fault == IntegrityFault.Orphan).ToList();
        foreach (var finding in last.Findings.Except(orphans.Skip(MaxOrphans)))
        {
            output.Error(Describe(finding));
        }

        if (orphans.Count > MaxOrphans)
        {
            output.Error($"and {orphans.Count - MaxOrphans} more orphans; use --json to list all");
        }

        if (!output.IsJson)
        {
            string count = last.Ended
                ? CommandText.Count(last.Checked, "package")
                : string.Create(CultureInfo.InvariantCulture, $"{last.Checked} of {CommandText.Count(last.Packages, "package")}");
            string findings = last.Findings.Count == 0 ? "no problems" : CommandText.Count(last.Findings.Count, "problem");
            output.Line($"Checked {count} ({Quantity.FormatSize(last.CheckedSize)}): {findings}.");
        }

        // Orphans do no harm.
        bool isFine = last.Findings.All(finding => finding.Outcome == IntegrityOutcome.Repaired || finding.Fault == IntegrityFault.Orphan);
        return last.Ended && isFine ? ExitCodes.Success : ExitCodes.Failure;
    }

    private static string Describe(IntegrityFinding finding)
    {
        string what = finding.Provider is null
            ? finding.Sha256.Hex
            : $"{finding.Provider.Display} {finding.Version} {finding.Platform} ({finding.Group}), {finding.Sha256}";
        string outcome = finding.Outcome switch
        {
            IntegrityOutcome.Repaired => finding.Fault == IntegrityFault.Orphan ? "resolved" : "repaired",
            IntegrityOutcome.NotRepaired => "not repaired, out of service",
            IntegrityOutcome.OutOfService => "out of service",
            _ => "unchanged",
        };
        return $"{finding.Fault.ToString().ToLowerInvariant()}, {outcome}: {what}: {finding.Detail}";
    }
}
