namespace Mirror.Core.Upstream;

/// <summary>How requests to a host went lately.</summary>
/// <param name="Host">With its port, where that is not the usual one.</param>
/// <param name="Healthy">The last request succeeded; the two times do not tell where the clock was set in between.</param>
/// <param name="LeftAlone">It failed several times in a row, and is not asked for a moment.</param>
/// <param name="LastFailure">For people; null: none since the start.</param>
public sealed record HostHealth(
    string Host, bool Healthy, bool LeftAlone, DateTimeOffset? LastSuccessAt, DateTimeOffset? LastFailureAt, string? LastFailure);
