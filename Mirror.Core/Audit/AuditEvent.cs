using Mirror.Core.Database;

namespace Mirror.Core.Audit;

/// <summary>An action that was done, denied or failed.</summary>
/// <param name="Group">The group or workspace; null if the event concerns the instance or the namespace was deleted.</param>
/// <param name="Action"><c>subject.verb</c>, such as <c>package.cache</c>.</param>
/// <param name="Succeeded">False if the action was denied or failed.</param>
/// <param name="Address">The client's IP address; null if there was none.</param>
/// <param name="Target">The object of the action: a path, a member, a token's name.</param>
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
    string? Detail);

/// <summary>One page of audit events, newest first.</summary>
/// <param name="Next">The parameter <c>before</c> of the next page; null on the last page.</param>
public sealed record AuditPage(IReadOnlyList<AuditEvent> Items, long? Next);
