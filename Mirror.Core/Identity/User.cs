namespace Mirror.Core.Identity;

/// <summary>A user of this instance.</summary>
/// <param name="Local">Signs in with a password that is kept here.</param>
/// <param name="Issuer">The OpenID provider that they sign in with otherwise.</param>
/// <param name="PasswordIsTemporary">It must be changed at the next sign-in.</param>
/// <param name="LockedUntil">After wrong passwords; null: not locked.</param>
public sealed record User(
    string Name,
    bool Admin,
    bool Local,
    string? Issuer,
    bool PasswordIsTemporary,
    DateTimeOffset? LockedUntil,
    DateTimeOffset CreatedAt,
    string CreatedBy,
    DateTimeOffset? LastSignedInAt);

public sealed record UserList(IReadOnlyList<User> Items);

/// <param name="Password">Null: one is made and returned.</param>
/// <param name="PasswordIsTemporary">Whether it must be changed at the first sign-in; by default it must.</param>
public sealed record NewUser(string Name, string? Password = null, bool Admin = false, bool PasswordIsTemporary = true);

/// <param name="Password">Where one was made: the only time that it is shown.</param>
public sealed record UserPassword(string Name, string? Password);

/// <param name="Password">Null: one is made and returned.</param>
public sealed record PasswordReset(string? Password = null);

public sealed record UserUpdate(bool Admin);

public sealed record PasswordChange(string CurrentPassword, string NewPassword);
