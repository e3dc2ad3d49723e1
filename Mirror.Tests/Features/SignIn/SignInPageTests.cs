using System.Net;
using Bunit;
using Microsoft.AspNetCore.Http;
using Mirror.Core.Configuration;
using Mirror.Web.Features.SignIn;
using Mirror.Web.Features.SignIn.OpenId;

namespace Mirror.Tests.Features.SignIn;

public sealed class SignInPageTests : PlainPageFixture
{
    public SignInPageTests()
        : base(options => options with { RateLimit = options.RateLimit with { FailuresPerMinute = 2 } })
    {
        Request.Connection.RemoteIpAddress = IPAddress.Parse("192.0.2.7");
    }

    [Fact]
    public void SignIn_WithoutUsers_AsksForTheAdminTokenAndExplainsHowToCreateAUser()
    {
        var page = RenderFor<SignInPage>();

        Assert.True(page.Find("details").HasAttribute("open"));
        Assert.True(page.Find("#token").HasAttribute("data-autofocus"));
        Assert.Equal("mirror user create alice --admin", page.Find("pre").TextContent.Trim());
        Assert.Empty(page.FindAll("#user"));
    }

    [Fact]
    public async Task SignIn_WithUsers_AsksForNameAndPassword()
    {
        await SignInAsUserAsync("alice");

        var page = RenderFor<SignInPage>();

        Assert.True(page.Find("#user").HasAttribute("data-autofocus"));
        Assert.False(page.Find("details").HasAttribute("open"));
        Assert.False(page.Find("#token").HasAttribute("data-autofocus"));
        Assert.Empty(page.FindAll("[role=alert], [aria-invalid=true]"));
    }

    [Fact]
    public async Task SignIn_WithAWrongPassword_ShowsAnErrorAtTheField()
    {
        await SignInAsUserAsync("alice");
        var page = RenderFor<SignInPage>();

        await page.Find("form:has(#user)").SubmitAsync();

        Assert.Equal("true", page.Find("#password").GetAttribute("aria-invalid"));
        Assert.Equal("password", Assert.Single(page.FindAll("[data-autofocus]")).Id);
        Assert.StartsWith(
            "The user name or password is wrong", page.Find("#password-error").TextContent.Trim(), StringComparison.Ordinal);
        Assert.Equal(StatusCodes.Status400BadRequest, Request.Response.StatusCode);
    }

    [Fact]
    public async Task SignIn_WithAWrongToken_ShowsAnErrorAtTheOpenField()
    {
        await SignInAsUserAsync("alice");
        var page = RenderFor<SignInPage>();

        await page.Find("form:has(#token)").SubmitAsync();

        Assert.Equal("Wrong administrator token.", page.Find("#token-error").TextContent.Trim());
        Assert.True(page.Find("details").HasAttribute("open"));
        Assert.Equal("token", Assert.Single(page.FindAll("[data-autofocus]")).Id);
    }

    [Fact]
    public async Task SignIn_AfterTooManyFailures_IsRejectedWithoutACheck()
    {
        var page = RenderFor<SignInPage>();
        for (int attempt = 0; attempt < 3; attempt++)
        {
            await page.Find("form:has(#token)").SubmitAsync();
        }

        Assert.StartsWith("Too many failed sign-ins from this address", page.Find("[role=alert]").TextContent.Trim(), StringComparison.Ordinal);
        Assert.Empty(page.FindAll("#token-error"));
        Assert.Equal(StatusCodes.Status429TooManyRequests, Request.Response.StatusCode);
    }

    [Fact]
    public void SignIn_RejectedByTheProvider_PointsToTheLog()
    {
        Navigation.NavigateTo($"sign-in?{OpenIdSignIn.Problem}=1");

        Assert.StartsWith(
            "Sign-in with the OpenID provider failed", RenderFor<SignInPage>().Find("[role=alert]").TextContent.Trim(), StringComparison.Ordinal);
    }
}

public sealed class SignInPageWithProviderTests() : PlainPageFixture(options => options with
{
    Auth = options.Auth with
    {
        Oidc = new OidcOptions
        {
            Authority = new Uri(
        "https://id.example.com/realm"),
            ClientId = "mirror",
            Scopes = ["openid"]
        }
    },
})
{
    [Fact]
    public void SignIn_WithAProvider_RedirectsThereAndBack()
    {
        Navigation.NavigateTo("sign-in?returnUrl=%2Faccount");

        var page = RenderFor<SignInPage>();

        Assert.Equal("Sign in with id.example.com", page.Find("a[href^=sign-in]").TextContent.Trim());
        Assert.EndsWith("?returnUrl=%2Faccount", page.Find("a[href^=sign-in]").GetAttribute("href"), StringComparison.Ordinal);
        Assert.False(page.Find("details").HasAttribute("open"));
        Assert.Empty(page.FindAll("#user"));
    }
}
