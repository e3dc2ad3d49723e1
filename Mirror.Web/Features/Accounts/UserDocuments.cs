using Mirror.Core.Database;
using Mirror.Core.Identity;

namespace Mirror.Web.Features.Accounts;

/// <summary>A user of this instance.</summary>
/// <param name="Local">Signs in with a password that is kept here.</param>
/// <param name="Issuer">The OpenID provider that they sign in with otherwise.</param>
/// <param name="LockedUntil">After wrong passwords.</param>
public sealed record UserDocument(
    string Name,
    bool Admin,
    bool Local,
    string? Issuer,
    bool PasswordIsTemporary,
    DateTimeOffset? LockedUntil,
    DateTimeOffset CreatedAt,
    string CreatedBy,
    DateTimeOffset? LastSignedInAt)
{
    public static UserDocument From(UserDetails user) => new(
        user.Name, user.IsAdmin, user.IsLocal, user.OidcIssuer, user.PasswordIsTemporary, user.LockedUntil, user.CreatedAt, user.CreatedBy, user.LastSignedInAt);
}

public sealed record UserListDocument(IReadOnlyList<UserDocument> Items);

/// <param name="Password">Null: one is made and returned.</param>
/// <param name="PasswordIsTemporary">Whether it must be changed at the first sign-in; by default it must.</param>
public sealed record NewUserDocument(string Name, string? Password = null, bool Admin = false, bool PasswordIsTemporary = true);

/// <param name="Password">Where one was made: the only time that it is shown.</param>
public sealed record UserPasswordDocument(string Name, string? Password);

/// <param name="Password">Null: one is made and returned.</param>
public sealed record PasswordResetDocument(string? Password = null);

public sealed record UserChangeDocument(bool Admin);

/// <summary>Whoever asks.</summary>
/// <param name="Roles">Those given directly or through a group of the OpenID provider; each holds below its namespace as well.</param>
public sealed record CallerDocument(PrincipalKind Kind, string Name, bool Admin, IReadOnlyList<CallerRoleDocument> Roles);

public sealed record CallerRoleDocument(string Path, Role Role);

public sealed record PasswordChangeDocument(string CurrentPassword, string NewPassword);
