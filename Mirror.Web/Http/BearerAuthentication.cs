using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;
using Mirror.Core.Identity;

namespace Mirror.Web.Http;

/// <summary>
/// Authenticates API requests by bearer tokens of every kind (<see cref="IBearerTokens"/>); pages use the session cookie. A caller with an
/// invalid token is anonymous; <see cref="AccessRequirement"/> then denies the request.
/// </summary>
internal sealed class BearerAuthentication(
    IOptionsMonitor<AuthenticationSchemeOptions> options,
    ILoggerFactory loggers,
    UrlEncoder encoder,
    AccessControl access,
    CurrentUser user)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, loggers, encoder)
{
    public const string SchemeName = "Bearer";

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var subject = await access.IdentifyAsync(Context);
        user.Authenticated(subject);
        return subject.IsAnonymous
            ? AuthenticateResult.NoResult()
            : AuthenticateResult.Success(new AuthenticationTicket(
                new ClaimsPrincipal(new ClaimsIdentity([new Claim(ClaimTypes.Name, subject.Principal.Name)], SchemeName)), SchemeName));
    }
}
