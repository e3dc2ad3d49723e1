using System.ComponentModel.DataAnnotations;
using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Components;
using Mirror.Core;
using Mirror.Core.Configuration;
using Mirror.Core.Identity;
using Mirror.Web.Features.SignIn.OpenId;
using Mirror.Web.Http;

namespace Mirror.Web.Features.SignIn;

/// <summary>The sign-in page. A static document, not a circuit: only a response can set a cookie.</summary>
public sealed partial class SignInPage(
    Sessions sessions, Users users, MirrorOptions options, RateLimits limits, NavigationManager navigation)
{
    private const string FirstUserCommand = "mirror user create alice --admin";

    private bool _userRefused;
    private bool _tokenRefused;
    private bool _tooOften;
    private bool _busy;

    [CascadingParameter]
    private HttpContext HttpContext { get; set; } = null!;

    [SupplyParameterFromForm(FormName = "sign-in-user")]
    private string? UserName { get; set; }

    [SupplyParameterFromForm(FormName = "sign-in-user")]
    private string? Password { get; set; }

    [SupplyParameterFromForm(FormName = "sign-in")]
    private string? Token { get; set; }

    [SupplyParameterFromQuery(Name = Urls.ReturnUrl)]
    [MaxLength(Urls.MaxReturnUrl)]
    private string? ReturnUrl { get; set; }

    [SupplyParameterFromQuery(Name = OpenIdSignIn.Problem)]
    private string? Problem { get; set; }

    /// <summary>Whether any user has a password.</summary>
    private bool HasUsers { get; set; }

    /// <summary>The OpenID provider's name on the button; null if none is configured.</summary>
    private string? Provider =>
        options.Auth.Oidc is { } oidc ? oidc.Provider == OidcProvider.EntraId ? "Microsoft" : oidc.Authority.Host : null;

    /// <summary>Why the sign-in failed, unless it is the fault of a field.</summary>
    private string? Failure => _tooOften ? Texts.TooOften : _busy ? Overload.SignIns : Problem is not null ? Texts.ProviderFailed : null;

    private string OpenIdUrl => $"{Urls.OpenId}?{Urls.ReturnUrl}={Uri.EscapeDataString(ReturnUrl ?? "")}";

    private bool IsExposed => !HttpContext.Request.IsHttps && !ListenAddress.IsLoopback(new Uri(navigation.BaseUri));

    private string? RemoteAddress => HttpContext.Connection.RemoteIpAddress?.ToString();

    protected override async Task OnInitializedAsync() => HasUsers = await users.AnyLocalAsync(HttpContext.RequestAborted);

    private async Task SignInUserAsync() =>
        _userRefused = !await TryAsync(() => sessions.BeginWithPasswordAsync(UserName, Password, RemoteAddress, HttpContext.RequestAborted))
            && !_tooOften
            && !_busy;

    private async Task SignInAsync() =>
        _tokenRefused = !await TryAsync(() => sessions.BeginWithTokenAsync(Token, RemoteAddress, HttpContext.RequestAborted))
            && !_tooOften
            && !_busy;

    private async Task<bool> TryAsync(Func<Task<ClaimsPrincipal?>> begin)
    {
        _tooOften = limits.HasFailedTooOften(HttpContext);
        if (_tooOften)
        {
            HttpContext.Response.StatusCode = RateLimitResponses.Prepare(HttpContext).Status;
            return false;
        }

        ClaimsPrincipal? user;
        try
        {
            user = await begin();
        }
        catch (LaneFullException)
        {
            _busy = true;
            Overload.Prepare(HttpContext);
            return false;
        }

        if (user is null)
        {
            limits.TryCountFailure(HttpContext);
            HttpContext.Response.StatusCode = StatusCodes.Status400BadRequest;
            return false;
        }

        await HttpContext.SignInAsync(user, new AuthenticationProperties { IsPersistent = false });
        navigation.NavigateTo(Urls.LocalOrHome(ReturnUrl, HttpContext.Request.PathBase));
        return true;
    }
}
