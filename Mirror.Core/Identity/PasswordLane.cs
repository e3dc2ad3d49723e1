using Mirror.Core.Configuration;

namespace Mirror.Core.Identity;

/// <summary>
/// Hashes passwords, which takes a processor a tenth of a second each and is all that a stranger needs to keep a server busy:
/// few at once, and sign-ins beyond <see cref="LimitsOptions.SignIns"/> are refused.
/// </summary>
public sealed class PasswordLane(IPasswordHashing hashing, MirrorOptions options) : IDisposable
{
    private readonly WorkLane _signIns = new(WorkLane.HalfOfTheProcessors, options.Limits.SignIns);
    private readonly WorkLane _changes = new(1, int.MaxValue);

    // Of a password that no one knows.
    private readonly Lazy<string> _decoy = new(() => hashing.Hash(NewPassword.Generate().Text));

    /// <summary>To be entered before anything of a sign-in is looked at: its work in the database is bounded as well.</summary>
    /// <exception cref="LaneFullException">As many sign-ins wait as may.</exception>
    public Task<IDisposable> EnterAsync(CancellationToken cancellationToken) => _signIns.EnterAsync(cancellationToken);

    /// <summary>For who has entered.</summary>
    /// <param name="hash">Null: there is none that could match; it takes as long.</param>
    public Task<bool> VerifyAsync(string? hash, string password) =>
        WorkLane.OnOwnThread(() => hashing.Verify(hash ?? _decoy.Value, password) && hash is not null);

    /// <summary>What may be kept of a password that someone with the right to set it has given.</summary>
    public Task<string> HashAsync(NewPassword password, CancellationToken cancellationToken) =>
        _changes.RunAsync(() => hashing.Hash(password.Text), cancellationToken);

    public void Dispose()
    {
        _signIns.Dispose();
        _changes.Dispose();
    }
}
