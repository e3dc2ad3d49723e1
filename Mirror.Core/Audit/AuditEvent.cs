using Mirror.Core.Database;

namespace Mirror.Core.Audit;

/// <summary>An action that was done, denied or failed.</summary>
/// <param name="Group">The group or workspace; null if the event concerns the instance or the namespace was deleted.</param>
/// <param name="Action"><c>subject.verb</c>, such as <c>package.cache</c>.</param>
/// <param name="Succeeded">False if the action was denied or failed.</param>
/// <param name="Address">The client's IP address; null if there was none.</param>
/// <param name="Target">The object of the action: a path, a member, a token's name.</param>
/// <param name="Run">The run that the action is a part of, such as <c>sync/12</c>; null if it is a separate action.</param>
public sealed record AuditEvent(
    long Id,
    DateTimeOffset At,
    string? Group,
    string Action,
    bool Succeeded,
    Principal By,
    string? Address,
    string? Provider,
    string? Version,
    string? Platform,
    string? Target,
    string? Detail,
    string? Run);

/// <summary>An event, or all events of one run, as one line.</summary>
/// <param name="Id">The position of the line: the first event of the run that matches the filter.</param>
/// <param name="First">The event, or the first one of the run.</param>
/// <param name="Run">Null if the event is a separate action.</param>
public sealed record AuditLine(long Id, AuditEvent First, AuditRun? Run);

/// <summary>The events of one run.</summary>
/// <param name="Last">The newest event.</param>
/// <param name="Counts">The number of events of each action and outcome.</param>
public sealed record AuditRun(string Name, AuditEvent Last, IReadOnlyList<AuditCount> Counts)
{
    public int Total => Counts.Sum(count => count.Events);

    /// <summary>The number of events of an action with an outcome.</summary>
    public int CountOf(string action, bool succeeded) =>
        Counts.FirstOrDefault(count => count.Action == action && count.Succeeded == succeeded)?.Events ?? 0;
}

/// <param name="Events">The number of events.</param>
public sealed record AuditCount(string Action, bool Succeeded, int Events);

/// <summary>One page of lines, newest first.</summary>
/// <param name="Next">The value of <see cref="AuditQuery.Before"/> for the next page; null on the last page.</param>
public sealed record AuditLines(IReadOnlyList<AuditLine> Items, long? Next);

/// <summary>One page of audit events, newest first.</summary>
/// <param name="Next">The parameter <c>before</c> of the next page; null on the last page.</param>
public sealed record AuditPage(IReadOnlyList<AuditEvent> Items, long? Next);
