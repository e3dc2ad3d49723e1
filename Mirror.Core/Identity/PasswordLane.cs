using Mirror.Core.Configuration;

namespace Mirror.Core.Identity;

/// <summary>
/// Limits password hashing, which takes a tenth of a second of processor time each and could be used to overload the server: only a few run
/// concurrently, and sign-ins beyond <see cref="LimitsOptions.SignIns"/> are rejected.
/// </summary>
public sealed class PasswordLane(IPasswordHashing hashing, MirrorOptions options) : IDisposable
{
    private readonly WorkLane _signIns = new(WorkLane.HalfOfTheProcessors, options.Limits.SignIns);
    private readonly WorkLane _changes = new(1, int.MaxValue);

    // The hash of a random password.
    private readonly Lazy<string> _decoy = new(() => hashing.Hash(NewPassword.Generate().Text));

    /// <summary>Enter it before processing a sign-in, because it also limits the database work.</summary>
    /// <exception cref="LaneFullException">Too many sign-ins are waiting.</exception>
    public Task<IDisposable> EnterAsync(CancellationToken cancellationToken) => _signIns.EnterAsync(cancellationToken);

    /// <summary>For callers that have entered.</summary>
    /// <param name="hash">Null if there is no hash to match; the check takes equally long.</param>
    public Task<bool> VerifyAsync(string? hash, string password) =>
        WorkLane.OnOwnThread(() => hashing.Verify(hash ?? _decoy.Value, password) && hash is not null);

    /// <summary>Hashes a new password for storage.</summary>
    public Task<string> HashAsync(NewPassword password, CancellationToken cancellationToken) =>
        _changes.RunAsync(() => hashing.Hash(password.Text), cancellationToken);

    public void Dispose()
    {
        _signIns.Dispose();
        _changes.Dispose();
    }
}
