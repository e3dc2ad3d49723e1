using System.CommandLine;
using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Web.Api;
using Spectre.Console;

namespace Mirror.Web.Commands.Syncing;

/// <summary><c>mirror sync</c>: the server's sync task, started and followed.</summary>
internal sealed class SyncCommand : ClientCommand
{
    private readonly Argument<ProviderAddress[]> _providers = CommandOptions.Providers();
    private readonly Option<NamespacePath> _group = CommandOptions.GroupPath();
    private readonly Option<VersionConstraint?> _version = CommandOptions.Constraint("--version", "The exact version.");
    private readonly Option<VersionConstraint?> _versions = CommandOptions.Constraint("--versions", "A version constraint, such as '~> 5.0'.");
    private readonly Option<Platform[]> _platforms = CommandOptions.Platforms();

    public SyncCommand()
        : base(
            "sync",
            "Fetch packages ahead of their use: by default the latest stable version, for all platforms that the origin offers.",
            "mirror sync hashicorp/aws",
            "mirror sync --versions '~> 5.0' --platform linux_amd64 --platform darwin_arm64 hashicorp/aws",
            "mirror sync --version 3.2.4 hashicorp/null registry.opentofu.org/hashicorp/null")
    {
        Add(_providers);
        Add(_group);
        Add(_version);
        Add(_versions);
        Add(_platforms);
        AddCommonOptions();
        Validators.Add(result =>
        {
            if (result.GetResult(_version) is { Implicit: false } && result.GetResult(_versions) is { Implicit: false })
            {
                result.AddError("--version and --versions exclude each other.");
            }
        });
    }

    protected override async Task<int> RunAsync(MirrorClient client, ParseResult arguments, CommandOutput output, CancellationToken cancellationToken)
    {
        var group = arguments.GetRequiredValue(_group);
        string? versions = (arguments.GetValue(_version) ?? arguments.GetValue(_versions))?.ToString();
        var order = new SyncOrder(
            [.. arguments.GetRequiredValue(_providers).Select(provider => new SyncOrderItem(provider.ToString(), versions))],
            [.. (arguments.GetValue(_platforms) ?? []).Select(platform => platform.Value)]);
        var started = await client.StartSyncAsync(group, order, cancellationToken);
        SyncDocument ended;
        try
        {
            ended = await FollowAsync(client, group, started, output, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Whoever interrupts the command does not want the server to go on.
            await client.CancelSyncAsync(group, started.Id, CancellationToken.None);
            throw;
        }

        return Report(ended, output);
    }

    private static async Task<SyncDocument> FollowAsync(MirrorClient client, NamespacePath group, SyncDocument started, CommandOutput output, CancellationToken cancellationToken)
    {
        if (!output.IsInteractive)
        {
            return await FollowAsync(client, group, started, new SyncLines(output), cancellationToken);
        }

        return await AnsiConsole.Progress()
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn(), new DownloadedColumn(), new TransferSpeedColumn())
            .StartAsync(context => FollowAsync(client, group, started, new SyncBars(context), cancellationToken));
    }

    private static async Task<SyncDocument> FollowAsync(MirrorClient client, NamespacePath group, SyncDocument last, ISyncWatcher watcher, CancellationToken cancellationToken)
    {
        await foreach (var document in client.WatchSyncAsync(group, last.Id, cancellationToken))
        {
            last = document;
            watcher.Show(document);
        }

        // The stream may end before the task does, as when the server stops.
        return last.EndedAt is not null ? last : await client.GetSyncAsync(group, last.Id, cancellationToken);
    }

    private static int Report(SyncDocument ended, CommandOutput output)
    {
        if (output.IsJson)
        {
            output.Json(ended);
        }
        else
        {
            int Count(SyncPackageState state) => ended.Packages.Count(package => package.State == state);
            output.Line($"Fetched {Count(SyncPackageState.Fetched)}, present {Count(SyncPackageState.Present)}, failed {Count(SyncPackageState.Failed)}.");
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
            output.Error("The sync was cancelled; what had been fetched stays.");
        }
        else if (ended.EndedAt is null)
        {
            output.Error($"The server stopped; it goes on with sync {ended.Id} when it starts again.");
        }

        return ended.State == SyncState.Succeeded ? ExitCodes.Success : ExitCodes.Failure;
    }
}
