namespace Mirror.Core;

/// <summary>When the server stops.</summary>
/// <param name="Stopping">Cancelled when all work must end that outlives requests.</param>
/// <param name="Draining">
/// Cancelled before, when the server is told to stop: requests under way may finish, and what they need goes on; what has no
/// end of its own soon ends now.
/// </param>
public sealed record ServerLifetime(CancellationToken Stopping, CancellationToken Draining = default);
