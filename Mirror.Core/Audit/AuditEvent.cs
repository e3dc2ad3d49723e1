using Mirror.Core.Database;

namespace Mirror.Core.Audit;

/// <summary>Something that was done, denied or failed.</summary>
/// <param name="Group">The group or workspace; null: it is about the instance, or the namespace is gone.</param>
/// <param name="Action"><c>subject.verb</c>, such as <c>package.cache</c>.</param>
/// <param name="Succeeded">False: it was denied or failed.</param>
/// <param name="Address">The IP address from which it was done; null where there was none.</param>
/// <param name="Target">What else it is about: a path, a member, a token's name.</param>
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

/// <summary>One page of what was done and denied, newest first.</summary>
/// <param name="Next">The parameter <c>before</c> of the next page; null: this is the last one.</param>
public sealed record AuditPage(IReadOnlyList<AuditEvent> Items, long? Next);
