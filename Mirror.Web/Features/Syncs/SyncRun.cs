using Mirror.Core.Addresses;
using Mirror.Core.Database;
using Mirror.Core.Sync;
using Mirror.Web.Cli;
using Mirror.Web.Contracts;
using Spectre.Console;

namespace Mirror.Web.Features.Syncs;

/// <summary>Starts a sync task on the server, follows it until it ends, and prints the result.</summary>
internal sealed class SyncRun(MirrorClient client, NamespacePath group, CommandOutput output, bool allowStale)
{
    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(SyncOrder order, CancellationToken cancellationToken)
    {
        var started = await client.StartSyncAsync(group, order, cancellationToken);
        try
        {
            return Report(await FollowAsync(started, cancellationToken));
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return Report(await CancelAsync(started));
        }
    }

    /// <summary>Interrupting the command also cancels the task on the server.</summary>
    private async Task<SyncStatus> CancelAsync(SyncStatus started)
    {
        try
        {
            await client.CancelSyncAsync(group, started.Id, CancellationToken.None);
        }
        catch (MirrorApiException)
        {
            // It has just ended.
        }

        return await FollowAsync(started, _ => { }, CancellationToken.None);
    }

    private async Task<SyncStatus> FollowAsync(SyncStatus started, CancellationToken cancellationToken)
    {
        if (!output.IsInteractive)
        {
            return await FollowAsync(started, new SyncLines(output).Show, cancellationToken);
        }

        return await AnsiConsole.Progress()
            .Columns(ProgressColumns.ForThisTerminal(isOneTask: false))
            .StartAsync(context => FollowAsync(started, new SyncBars(context).Show, cancellationToken));
    }

    private async Task<SyncStatus> FollowAsync(SyncStatus last, Action<SyncStatus> show, CancellationToken cancellationToken)
    {
        await foreach (var document in client.WatchSyncAsync(group, last.Id, cancellationToken))
        {
            last = document;
            show(document);
        }

        // The stream may end before the task, such as when the server stops.
        return last.EndedAt is not null ? last : await client.GetSyncAsync(group, last.Id, cancellationToken);
    }

    private int Report(SyncStatus ended)
    {
        int Count(params SyncPackageState[] states) => ended.Packages.Count(package => states.Contains(package.State));
        if (output.IsJson)
        {
            output.Json(ended);
        }
        else if (ended.Packages.Count > 0 || ended.Error is null)
        {
            int left = Count(SyncPackageState.Waiting, SyncPackageState.Fetching, SyncPackageState.Cancelled);
            output.Line(
                $"Fetched {Count(SyncPackageState.Fetched)}, present {Count(SyncPackageState.Present)}, "
                + $"failed {Count(SyncPackageState.Failed)}{(left > 0 ? $", not fetched {left}" : "")}.");
        }

        foreach (var package in ended.Packages.Where(package => package.State == SyncPackageState.Failed))
        {
            output.Error($"{SyncLines.Name(package)}: {package.Error}");
        }

        if (ended.Error is { } error)
        {
            output.Error(error);
        }

        if (ended.State == SyncState.Cancelled)
        {
            output.Error("The sync was cancelled; fetched packages remain.");
        }
        else if (ended.EndedAt is null)
        {
            output.Error($"The server stopped; it resumes sync {ended.Id} when it starts again.");
        }

        return ended.State switch
        {
            SyncState.Succeeded => ExitCodes.Success,
            SyncState.Stale => allowStale ? ExitCodes.Success : ExitCodes.StaleData,
            _ => ExitCodes.Failure,
        };
    }
}
