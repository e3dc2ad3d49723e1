namespace Mirror.Core.Identity;

/// <summary>A user of this instance.</summary>
/// <param name="Local">Signs in with a local password.</param>
/// <param name="Issuer">The OpenID provider for sign-in; null for a local user.</param>
/// <param name="PasswordIsTemporary">The password must be changed at the next sign-in.</param>
/// <param name="LockedUntil">Set after too many wrong passwords; null if not locked.</param>
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

/// <param name="Password">Null to generate and return one.</param>
/// <param name="PasswordIsTemporary">Whether the password must be changed at the first sign-in; true by default.</param>
public sealed record NewUser(string Name, string? Password = null, bool Admin = false, bool PasswordIsTemporary = true);

/// <param name="Password">The generated password, shown only once; null if none was generated.</param>
public sealed record UserPassword(string Name, string? Password);

/// <param name="Password">Null to generate and return one.</param>
/// <param name="RevokeTokens">Whether the user's access tokens are revoked too; otherwise they remain valid.</param>
public sealed record PasswordReset(string? Password = null, bool RevokeTokens = false);

public sealed record UserUpdate(bool Admin);

public sealed record PasswordChange(string CurrentPassword, string NewPassword);
