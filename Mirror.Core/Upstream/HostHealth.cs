namespace Mirror.Core.Upstream;

/// <summary>How requests to a host went lately.</summary>
/// <param name="Host">With its port, where that is not the usual one.</param>
/// <param name="IsLeftAlone">It failed several times in a row, and is not asked for a moment.</param>
/// <param name="LastFailure">For people; null: none since the start.</param>
public sealed record HostHealth(string Host, bool IsLeftAlone, DateTimeOffset? LastSuccessAt, DateTimeOffset? LastFailureAt, string? LastFailure)
{
    /// <summary>The last answer was one.</summary>
    public bool IsHealthy => !IsLeftAlone && (LastFailureAt is null || LastSuccessAt > LastFailureAt);
}
