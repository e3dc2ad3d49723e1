using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Components;
using Mirror.Web.Hosting;

namespace Mirror.Web.Components.SignIn;

/// <summary>Asks for the admin token. A plain document, not a circuit: only a response can set a cookie.</summary>
public sealed partial class SignInPage(Sessions sessions, NavigationManager navigation)
{
    private bool _refused;

    [CascadingParameter]
    private HttpContext HttpContext { get; set; } = null!;

    [SupplyParameterFromForm(FormName = "sign-in")]
    private string? Token { get; set; }

    [SupplyParameterFromQuery(Name = SignInEndpoints.ReturnUrl)]
    private string? ReturnUrl { get; set; }

    private bool IsExposed => !HttpContext.Request.IsHttps && !ListenAddress.IsLoopback(new Uri(navigation.BaseUri));

    private async Task SignInAsync()
    {
        if (sessions.Begin(Token, CookieAuthenticationDefaults.AuthenticationScheme) is not { } user)
        {
            _refused = true;
            HttpContext.Response.StatusCode = StatusCodes.Status400BadRequest;
            return;
        }

        await HttpContext.SignInAsync(user, new AuthenticationProperties { IsPersistent = false });
        navigation.NavigateTo(SignInEndpoints.LocalOrHome(ReturnUrl, HttpContext.Request.PathBase));
    }
}
