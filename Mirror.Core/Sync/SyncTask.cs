using System.Globalization;
using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Database;
using Mirror.Core.Fetching.Packages;

namespace Mirror.Core.Sync;

/// <summary>A running sync task with the progress of its packages.</summary>
internal sealed class SyncTask(long id, ResolvedNamespace scope, SyncRequest request, Principal by, DateTimeOffset createdAt) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly List<SyncPackage> _packages = [];
    private readonly AsyncPulse _changed = new();

    public long Id => id;

    public ResolvedNamespace Scope => scope;

    public SyncRequest Request => request;

    /// <summary>Its owner; the events of all packages are part of this run.</summary>
    public Principal By { get; } = by with { Run = RunOf(id) };

    public CancellationTokenSource Cancellation { get; } = new();

    public SyncState State { get; private set; } = SyncState.Queued;

    public string? Error { get; private set; }

    public DateTimeOffset? EndedAt { get; private set; }

    /// <summary>Completes at the next change. Get it before reading the status, so that no change is missed.</summary>
    public Task NextChange => _changed.Next;

    public SyncStatus Status
    {
        get
        {
            lock (_gate)
            {
                return new SyncStatus(
                    id,
                    scope.Path,
                    State,
                    Error,
                    createdAt,
                    By,
                    EndedAt,
                    [.. _packages.Select(package => package.Status)])
                { Request = request };
            }
        }
    }

    /// <summary>The number of packages in each state: <c>3 fetched, 1 failed</c>.</summary>
    public string Progress
    {
        get
        {
            lock (_gate)
            {
                return _packages.Count == 0
                    ? "no packages"
                    : string.Join(
                        ", ",
                        _packages.GroupBy(package => package.State).OrderBy(group => group.Key).Select(
                            group => $"{group.Count()} {Word(group.Key)}"));
            }
        }
    }

    public void Begin() => Change(() => State = SyncState.Running);

    public void Add(IEnumerable<SyncPackage> packages) => Change(() => _packages.AddRange(packages));

    public void Change(SyncPackage package, SyncPackageState state, string? error = null) => Change(() =>
    {
        package.State = state;
        package.Error = error;
    });

    /// <summary>Notifies watchers that more bytes have been received.</summary>
    public void Progressed() => _changed.Pulse();

    public void End(SyncState state, string? error, DateTimeOffset at) => Change(() =>
    {
        State = state;
        Error = error;
        EndedAt = at;
    });

    public void Dispose() => Cancellation.Dispose();

    /// <summary>The name of a task's run in the audit log.</summary>
    public static string RunOf(long id) => string.Create(CultureInfo.InvariantCulture, $"sync/{id}");

    private static string Word(SyncPackageState state) => state switch
    {
        SyncPackageState.Waiting => "waiting",
        SyncPackageState.Fetching => "in progress",
        SyncPackageState.Fetched => "fetched",
        SyncPackageState.Present => "already stored",
        SyncPackageState.Failed => "failed",
        _ => "cancelled",
    };

    private void Change(Action change)
    {
        lock (_gate)
        {
            change();
        }

        _changed.Pulse();
    }
}

/// <summary>One package of a running task.</summary>
internal sealed class SyncPackage(ProviderAddress provider, ProviderVersion version, Platform platform)
{
    public long RowId { get; set; }

    public ProviderAddress Provider => provider;

    public ProviderVersion Version => version;

    public Platform Platform => platform;

    public SyncPackageState State { get; set; }

    public string? Error { get; set; }

    public long? Size { get; set; }

    public PackageDelivery? Delivery { get; set; }

    public bool HasEnded => State is not (SyncPackageState.Waiting or SyncPackageState.Fetching);

    public SyncPackageStatus Status => new(
        provider, version, platform, State,
        State is SyncPackageState.Fetched or SyncPackageState.Present ? Size ?? 0 : Delivery?.Received ?? 0,
        Size, Error);
}
