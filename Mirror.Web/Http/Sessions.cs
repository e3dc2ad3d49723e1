using System.Globalization;
using System.Security.Claims;
using Microsoft.AspNetCore.Authentication.Cookies;
using Mirror.Core.Access;
using Mirror.Core.Identity;

namespace Mirror.Web.Http;

/// <summary>
/// Browser sessions. A cookie contains the secret of a session in the database; a session that began with the administrator token ends when
/// that token changes.
/// </summary>
public sealed class Sessions(UserSessions sessions, Passwords passwords, AdminToken adminToken)
{
    private const string SecretClaim = "mirror:session";
    private const string AddressClaim = "mirror:address";
    private const string AdminTokenHolder = "admin-token";

    /// <summary>Begins an administrator's session; null if the administrator token is wrong.</summary>
    public async Task<ClaimsPrincipal?> BeginWithTokenAsync(string? presented, string? remoteAddress, CancellationToken cancellationToken)
    {
        if (string.IsNullOrWhiteSpace(presented) || !adminToken.IsValid(presented.Trim()))
        {
            await sessions.RecordRefusalAsync("not the administrator token", remoteAddress, cancellationToken).ConfigureAwait(false);
            return null;
        }

        return await BeginAsync(From(AccessSubject.Admin, remoteAddress), "administrator token", cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Begins a user's session; null if the name or password is wrong, or the account is locked.</summary>
    public async Task<ClaimsPrincipal?> BeginWithPasswordAsync(
        string? name, string? password, string? remoteAddress, CancellationToken cancellationToken) =>
        await passwords.CheckAsync(name, password, remoteAddress, cancellationToken).ConfigureAwait(false) is { } subject
            ? await BeginAsync(From(subject, remoteAddress), "password", cancellationToken).ConfigureAwait(false)
            : null;

    /// <param name="subject">The authenticated user.</param>
    /// <param name="how">How they authenticated, for the audit log.</param>
    public async Task<ClaimsPrincipal> BeginAsync(AccessSubject subject, string how, CancellationToken cancellationToken)
    {
        string holder = subject.PrincipalId is { } id ? id.ToString(CultureInfo.InvariantCulture) : AdminTokenHolder;
        string secret = await sessions.BeginAsync(subject, Binding(holder), how, cancellationToken).ConfigureAwait(false);
        return new ClaimsPrincipal(new ClaimsIdentity(
            [
                new Claim(ClaimTypes.NameIdentifier, holder),
                new Claim(ClaimTypes.Name, subject.Principal.Name),
                new Claim(SecretClaim, secret),
            ],
            CookieAuthenticationDefaults.AuthenticationScheme));
    }

    /// <summary>Ends a session everywhere: in every tab, and for copies of its cookie.</summary>
    public async Task EndAsync(ClaimsPrincipal user, CancellationToken cancellationToken)
    {
        if (user.FindFirstValue(SecretClaim) is { } secret && await FindAsync(user, cancellationToken).ConfigureAwait(false) is { } session)
        {
            await sessions.EndAsync(
                secret,
                Binding(user.FindFirstValue(ClaimTypes.NameIdentifier)),
                session.Subject.Principal,
                cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>The browsers in which the user of a page is signed in; none for the holder of the administrator token.</summary>
    public async Task<IReadOnlyList<OpenSession>> ListAsync(
        AccessSubject subject, ClaimsPrincipal user, CancellationToken cancellationToken) => subject.PrincipalId is { } id
        ? await sessions.ListAsync(
            id, user.FindFirstValue(SecretClaim), Binding(user.FindFirstValue(ClaimTypes.NameIdentifier)), cancellationToken)
            .ConfigureAwait(false)
        : [];

    /// <summary>The user's current session; null if there is none or it has ended.</summary>
    public async ValueTask<UserSession?> FindAsync(ClaimsPrincipal user, CancellationToken cancellationToken)
    {
        if (user.Identity?.IsAuthenticated != true
            || user.FindFirstValue(SecretClaim) is not { } secret
            || await sessions.FindAsync(
                secret,
                Binding(user.FindFirstValue(ClaimTypes.NameIdentifier)),
                cancellationToken).ConfigureAwait(false) is not { } session)
        {
            return null;
        }

        return session with { Subject = From(session.Subject, user.FindFirstValue(AddressClaim)) };
    }

    /// <summary>The user's current identity; anonymous if the session has ended or a temporary password must be changed.</summary>
    public async ValueTask<AccessSubject> IdentifyAsync(ClaimsPrincipal user, CancellationToken cancellationToken) =>
        await FindAsync(user, cancellationToken).ConfigureAwait(false) is { MustChangePassword: false } session
            ? session.Subject
            : AccessSubject.Anonymous;

    /// <summary>Records the address of a request, for later actions of the open page.</summary>
    internal static void NoteAddress(ClaimsPrincipal user, string? remoteAddress)
    {
        if (remoteAddress is not null && user.Identity is ClaimsIdentity identity)
        {
            identity.AddClaim(new Claim(AddressClaim, remoteAddress));
        }
    }

    private static AccessSubject From(AccessSubject subject, string? remoteAddress) =>
        subject with { Principal = subject.Principal with { RemoteAddress = remoteAddress } };

    private string Binding(string? holder) => holder == AdminTokenHolder ? adminToken.Fingerprint : "";
}
