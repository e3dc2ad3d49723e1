namespace Mirror.Core;

/// <summary>Signals that the server is shutting down.</summary>
/// <param name="Stopping">Cancelled when all work that outlives requests must end.</param>
/// <param name="Draining">
/// Cancelled earlier, when shutdown begins: requests in progress may finish, and the work they depend on continues; open-ended work
/// stops now.
/// </param>
public sealed record ServerLifetime(CancellationToken Stopping, CancellationToken Draining = default);
