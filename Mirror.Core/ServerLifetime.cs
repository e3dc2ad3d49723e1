namespace Mirror.Core;

/// <summary>When the server stops: work that outlives requests ends with it.</summary>
public sealed record ServerLifetime(CancellationToken Stopping);
