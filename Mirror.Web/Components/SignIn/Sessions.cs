using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Claims;
using Mirror.Core.Catalog;
using Mirror.Web.Access;

namespace Mirror.Web.Components.SignIn;

/// <summary>
/// The sign-ins to the UI. A session is a cookie; what ends it before its time - signing out, another admin token - is
/// known here, so that an open page's next action is refused, not only the next page.
/// </summary>
public sealed class Sessions(AdminToken adminToken, TimeProvider time)
{
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(12);

    private const string IdClaim = "mirror:session";
    private const string ExpiryClaim = "mirror:expires";
    private const string TokenClaim = "mirror:token";

    private readonly ConcurrentDictionary<string, DateTimeOffset> _ended = new();

    /// <summary>Whoever presents the administrator's token gets a new session as administrator; anybody else null.</summary>
    public ClaimsPrincipal? Begin(string? presentedToken, string scheme)
    {
        if (string.IsNullOrWhiteSpace(presentedToken) || !adminToken.IsValid(presentedToken.Trim()))
        {
            return null;
        }

        long expires = (time.GetUtcNow() + Lifetime).ToUnixTimeSeconds();
        return new ClaimsPrincipal(new ClaimsIdentity(
            [
                new Claim(ClaimTypes.Name, Principal.Admin.Name),
                new Claim(IdClaim, Guid.NewGuid().ToString("N")),
                new Claim(ExpiryClaim, expires.ToString(CultureInfo.InvariantCulture)),
                new Claim(TokenClaim, adminToken.Fingerprint),
            ],
            scheme));
    }

    /// <summary>Ends a session everywhere: in every tab, and for a copy of its cookie.</summary>
    public void End(ClaimsPrincipal user)
    {
        var now = time.GetUtcNow();
        foreach (var (id, expires) in _ended)
        {
            if (expires < now)
            {
                _ended.TryRemove(id, out _);
            }
        }

        if (user.FindFirstValue(IdClaim) is { } ended)
        {
            _ended[ended] = now + Lifetime;
        }
    }

    /// <summary>Who a user is at this moment; anonymous once the session has ended.</summary>
    public Principal Identify(ClaimsPrincipal user) =>
        user.Identity?.IsAuthenticated == true
        && user.FindFirstValue(IdClaim) is { } id && !_ended.ContainsKey(id)
        && user.FindFirstValue(TokenClaim) == adminToken.Fingerprint
        && long.TryParse(user.FindFirstValue(ExpiryClaim), NumberStyles.None, CultureInfo.InvariantCulture, out long expires)
        && time.GetUtcNow().ToUnixTimeSeconds() < expires
            ? Principal.Admin
            : Principal.Anonymous;
}
