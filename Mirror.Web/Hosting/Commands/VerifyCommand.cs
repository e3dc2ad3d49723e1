using System.CommandLine;
using System.Runtime.CompilerServices;
using Mirror.Core.Configuration;
using Mirror.Core.Database;
using Mirror.Core.Storage.Integrity;
using Mirror.Web.Cli;
using Spectre.Console;

namespace Mirror.Web.Hosting.Commands;

/// <summary><c>mirror verify</c>: by the server, or on the data directory of this machine's while it is stopped.</summary>
internal static class VerifyCommand
{
    // Where a database was lost, everything is an orphan.
    private const int MaxOrphans = 20;

    public static ServerCommand Create()
    {
        var repair = new Option<bool>("--repair") { Description = "Fetch again what is wrong, also what earlier checks found." };
        var adopt = new Option<bool>("--adopt")
        {
            Description = "Record stored packages again that no record names but a kept proof does; the others wait once more. "
                + "With --offline it also declares that the package store belongs to this database, which a start refuses otherwise.",
        };
        var removeOrphans = new Option<bool>("--remove-orphans")
        {
            Description = "Remove stored packages that no record names, now and however many they are.",
        };
        var offline = new Option<bool>("--offline")
        {
            Description = "Check the data directory of this machine's server, which must be stopped.",
        };
        return new ServerCommand(
            "verify",
            "Check every stored package. It is read and compared with its digest and the signed SHA256SUMS; "
            + "what is wrong is not served any more. The exit code is 1 if anything is.",
            "mirror verify",
            "mirror verify --repair",
            "mirror verify --remove-orphans",
            "systemctl stop mirror && Mirror__DataDirectory=/var/lib/mirror mirror verify --offline",
            "Mirror__DataDirectory=/var/lib/mirror mirror verify --offline --adopt") { repair, adopt, removeOrphans, offline }
            .Requires(result =>
            {
                if (result.GetValue(repair) && result.GetValue(offline))
                {
                    result.AddError("--repair and --offline exclude each other: the server fetches what is to be repaired.");
                }

                if (result.GetValue(adopt) && result.GetValue(removeOrphans))
                {
                    result.AddError("--adopt and --remove-orphans exclude each other.");
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
            call.Output.Error("Interrupted; what was found so far stays out of service.");
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
            output.Error("The check ended before it was through.");
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
            output.Error($"and {orphans.Count - MaxOrphans} more orphans, which --json names");
        }

        if (!output.IsJson)
        {
            string of = last.Ended ? "" : $" of {last.Packages}";
            output.Line($"Checked {last.Checked}{of} packages ({Quantity.FormatSize(last.CheckedSize)}): {Sum(last.Findings.Count)}.");
        }

        // What no record names does no harm, and waits.
        bool isFine = last.Findings.All(finding => finding.Outcome == IntegrityOutcome.Repaired || finding.Fault == IntegrityFault.Orphan);
        return last.Ended && isFine ? ExitCodes.Success : ExitCodes.Failure;
    }

    private static string Sum(int findings) => findings switch
    {
        0 => "all as they should be",
        1 => "1 finding",
        _ => $"{findings} findings",
    };

    private static string Describe(IntegrityFinding finding)
    {
        string what = finding.Provider is null
            ? finding.Sha256.Hex
            : $"{finding.Provider.Display} {finding.Version} {finding.Platform} ({finding.Group}), {finding.Sha256}";
        string outcome = finding.Outcome switch
        {
            IntegrityOutcome.Repaired => finding.Fault == IntegrityFault.Orphan ? "decided" : "repaired",
            IntegrityOutcome.NotRepaired => "not repaired, out of service",
            IntegrityOutcome.OutOfService => "out of service",
            _ => "left as it is",
        };
        return $"{finding.Fault.ToString().ToLowerInvariant()}, {outcome}: {what}: {finding.Detail}";
    }
}
