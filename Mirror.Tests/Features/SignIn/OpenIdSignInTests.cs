using System.Net;
using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Mirror.Tests.Protocols;

namespace Mirror.Tests.Features.SignIn;

/// <summary>
/// Sign-in with an OpenID provider over HTTP, from the button to the session, and all cases in which the sign-in must fail.
/// </summary>
public sealed class OpenIdSignInTests
{
    private const string Refused = "/sign-in?problem=provider";

    [Theory]
    [InlineData(null)]
    [InlineData("client_secret_basic")]
    [InlineData("client_secret_post")]
    [InlineData("none")]
    public async Task SignIn_WithEachClientAuthentication_StartsASession(string? method)
    {
        var provider = await FakeOpenIdProvider.StartAsync();
        provider.Methods = method is null ? null : [method];
        await using var visit = await OpenIdVisit.StartAsync(provider, oidc => method == "none" ? oidc with { ClientSecret = null } : oidc);

        Assert.Equal("/account", await visit.SignInAsync());

        Assert.Contains("alice", await visit.Browser.GetAsync("/account"), StringComparison.Ordinal);
        var user = (await visit.FindUserAsync())!;
        Assert.Equal((provider.Issuer, "subject-1"), (user.OidcIssuer, user.OidcSubject));
        Assert.Empty(provider.Violations);
    }

    [Fact]
    public async Task Groups_FromTokenUserInfoAndRoles_AreThoseOfTheLastSignIn()
    {
        var provider = await FakeOpenIdProvider.StartAsync();
        await using var visit = await OpenIdVisit.StartAsync(provider, oidc => oidc with { AdminGroups = ["mirror-admins"] });
        provider.Claims["groups"] = new[] { "platform-team", "mirror-admins" };
        provider.Claims["roles"] = "Mirror.Deployer";
        provider.UserInfo["groups"] = new[] { "platform-team", "from-userinfo" };

        await visit.SignInAsync();

        Assert.Equal("""["platform-team","mirror-admins","from-userinfo","Mirror.Deployer"]""", await visit.GroupsAsync());
        Assert.True((await visit.FindUserAsync())!.IsAdmin);

        provider.Claims["groups"] = "platform-team";
        provider.UserInfo.Remove("groups");
        await visit.SignInAsync();

        Assert.Equal("""["platform-team","Mirror.Deployer"]""", await visit.GroupsAsync());
        Assert.False((await visit.FindUserAsync())!.IsAdmin);
    }

    [Theory]
    [InlineData("iss", "https://login.example.com/other", "ssuer")]
    [InlineData("iss", null, "ssuer")]
    [InlineData("aud", "another-client", "udience")]
    [InlineData("azp", "another-client", "azp")]
    [InlineData("nonce", "of-another-sign-in", "once")]
    [InlineData("nonce", null, "once")]
    [InlineData("sub", null, "sub")]
    [InlineData("exp", 0, "ifetime")]
    [InlineData("exp", 99, "ifetime")]
    [InlineData("exp", null, "ifetime")]
    [InlineData("nbf", 9999999999, "ifetime")]
    public async Task Token_WithAnInvalidClaim_FailsTheSignIn(string claim, object? value, string reason)
    {
        foreach (string method in new[] { "client_secret_basic", "client_secret_post" })
        {
            var provider = await FakeOpenIdProvider.StartAsync();
            provider.Methods = [method];
            await using var visit = await OpenIdVisit.StartAsync(provider);
            provider.Claims[claim] = value;

            Assert.Equal(Refused, await visit.SignInAsync());

            Assert.Contains(reason, await visit.RefusalAsync(), StringComparison.Ordinal);
            Assert.Null(await visit.FindUserAsync());
            Assert.DoesNotContain("mirror-session", visit.Browser.CookieNames);
        }
    }

    [Theory]
    [InlineData("forged")]
    [InlineData("unsigned")]
    [InlineData("none")]
    [InlineData("symmetric")]
    [InlineData("junk")]
    public async Task Token_NotSignedByTheProvider_FailsTheSignIn(string how)
    {
        using var other = RSA.Create(2048);
        var provider = await FakeOpenIdProvider.StartAsync();
        await using var visit = await OpenIdVisit.StartAsync(provider);
        provider.EditToken = token =>
        {
            string[] parts = token.Split('.');
            return how switch
            {
                "forged" => $"{parts[0]}.{parts[1]}.{provider.Sign(new Dictionary<string, object?>(), other).Split('.')[2]}",
                "unsigned" => $"{parts[0]}.{parts[1]}.",
                "none" => $"{FakeOpenIdProvider.Part(new { alg = "none" })}.{parts[1]}.",
                "symmetric" => $"{FakeOpenIdProvider.Part(new { alg = "HS256", kid = "key-1" })}.{parts[1]}.{parts[2]}",
                _ => "junk",
            };
        };

        Assert.Equal(Refused, await visit.SignInAsync());
        Assert.Null(await visit.FindUserAsync());
    }

    [Fact]
    public async Task UserInfo_OfAnotherSubject_FailsTheSignIn()
    {
        var provider = await FakeOpenIdProvider.StartAsync();
        await using var visit = await OpenIdVisit.StartAsync(provider);
        provider.UserInfo["sub"] = "subject-2";
        provider.UserInfo["groups"] = new[] { "mirror-admins" };

        Assert.Equal(Refused, await visit.SignInAsync());
        Assert.Null(await visit.FindUserAsync());
    }

    [Fact]
    public async Task Key_NewAtTheProvider_IsAcceptedImmediately()
    {
        var provider = await FakeOpenIdProvider.StartAsync();
        await using var visit = await OpenIdVisit.StartAsync(provider);
        Assert.Equal("/account", await visit.SignInAsync());

        provider.HasNewKey = true;

        Assert.Equal("/account", await visit.SignInAsync());
    }

    [Fact]
    public async Task RedirectUri_BehindAProxy_UsesThePublicUrl()
    {
        var provider = await FakeOpenIdProvider.StartAsync();
        await using var visit = await OpenIdVisit.StartAsync(
            provider, server: options => options with { PublicUrl = new Uri("https://mirror.example.com/below") });
        provider.RedirectUri = new Uri("https://mirror.example.com/below/sign-in/openid/callback");

        string end = await visit.SignInAsync(
            callback => new Uri(visit.Server.Url, "below/sign-in/openid/callback" + callback.Query), below: "/below");

        Assert.Equal("/below/account", end);
        Assert.Empty(provider.Violations);
    }

    [Fact]
    public async Task RedirectAddress_WithAForwardedPrefix_IsBelowIt()
    {
        var provider = await FakeOpenIdProvider.StartAsync();
        await using var visit = await OpenIdVisit.StartAsync(
            provider, server: options => options with { TrustedProxies = [IPNetwork.Parse("127.0.0.0/8")] });
        provider.RedirectUri = new Uri(visit.Server.Url, "/below/sign-in/openid/callback");
        visit.Browser.Headers.Add("X-Forwarded-Prefix", "/below");

        string end = await visit.SignInAsync(below: "/below");

        Assert.Equal("/below/account", end);
        Assert.Empty(provider.Violations);
    }

    [Fact]
    public async Task Cookies_OfASignIn_AreSameSiteAndHttpOnly()
    {
        await using var visit = await OpenIdVisit.StartAsync(await FakeOpenIdProvider.StartAsync());

        using var begun = await visit.Browser.SendAsync("/sign-in/openid");

        var cookies = begun.Headers.GetValues("Set-Cookie").ToList();
        Assert.Equal(2, cookies.Count);
        Assert.All(cookies, cookie =>
        {
            Assert.Contains("samesite=lax", cookie, StringComparison.Ordinal);
            Assert.Contains("httponly", cookie, StringComparison.Ordinal);
            Assert.Contains("path=/sign-in/openid/callback", cookie, StringComparison.Ordinal);
        });
        Assert.DoesNotContain(FakeOpenIdProvider.Secret, begun.Headers.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Callback_FromAnotherBrowserOrRepeated_FailsTheSignIn()
    {
        await using var visit = await OpenIdVisit.StartAsync(await FakeOpenIdProvider.StartAsync());
        Uri? used = null;

        await visit.SignInAsync(callback => used = callback);
        using var again = await visit.Browser.SendAsync(used!.AbsoluteUri, HttpMethod.Get);
        string stolen = await visit.SignInAsync(callback =>
        {
            visit.StartNewBrowser();
            return callback;
        });

        Assert.Equal((Refused, Refused), (again.Headers.Location!.OriginalString, stolen));
        Assert.DoesNotContain("mirror-session", visit.Browser.CookieNames);
    }

    /// <summary>Unauthenticated clients can send anything to this address. None of it causes a server error.</summary>
    [Theory]
    [InlineData("")]
    [InlineData("?state=junk&code=junk")]
    [InlineData("?error=access_denied&error_description=%0A%3Cb%3E")]
    [InlineData("?id_token=eyJ.eyJ.eyJ&state=%ED%A0%80")]
    [InlineData("?code=a&code=b&state=&state=")]
    public async Task Callback_WithInvalidParameters_RedirectsToTheSignInPage(string query)
    {
        await using var visit = await OpenIdVisit.StartAsync(await FakeOpenIdProvider.StartAsync());

        using var got = await visit.Browser.SendAsync("/sign-in/openid/callback" + query);
        using var form = new StringContent(query.TrimStart('?'), null, "application/x-www-form-urlencoded");
        using var posted = await visit.Browser.SendAsync("/sign-in/openid/callback", HttpMethod.Post, form);

        Assert.Equal(HttpStatusCode.Redirect, got.StatusCode);
        Assert.StartsWith("/sign-in", got.Headers.Location!.OriginalString, StringComparison.Ordinal);
        Assert.InRange((int)posted.StatusCode, 300, 499);
    }

    [Fact]
    public async Task Callback_WithControlCharacters_IsRejected()
    {
        await using var visit = await OpenIdVisit.StartAsync(await FakeOpenIdProvider.StartAsync());

        using var answer = await visit.Browser.SendAsync("/sign-in/openid/callback?error=access_denied&error_description=%00%1B%5B2J");

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    [Theory]
    [InlineData("authorization_endpoint")]
    [InlineData("token_endpoint")]
    [InlineData("userinfo_endpoint")]
    [InlineData("jwks_uri")]
    public async Task Endpoint_WithoutTls_IsNotUsed(string endpoint)
    {
        var provider = await FakeOpenIdProvider.StartAsync();
        await using var visit = await OpenIdVisit.StartAsync(provider);
        provider.EditDiscovery = document => document[endpoint] = "http://login.example.com/" + endpoint;

        Assert.Equal(Refused, await visit.SignInAsync());
        Assert.Null(await visit.FindUserAsync());
    }

    [Fact]
    public async Task Provider_Unavailable_IsReportedOnTheSignInPage()
    {
        var provider = await FakeOpenIdProvider.StartAsync();
        await using var visit = await OpenIdVisit.StartAsync(provider);
        await provider.DisposeAsync();

        Assert.Equal(Refused, await visit.SignInAsync());
        Assert.Contains("Sign-in with the OpenID provider failed", await visit.Browser.GetAsync(Refused), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ClientSecret_RejectedByTheProvider_AppearsNowhere()
    {
        var provider = await FakeOpenIdProvider.StartAsync();
        await using var visit = await OpenIdVisit.StartAsync(provider, oidc => oidc with { ClientSecret = "an-outdated-secret" });

        Assert.Equal(Refused, await visit.SignInAsync());

        string? refusal = await visit.RefusalAsync();
        Assert.Contains("401", refusal, StringComparison.Ordinal);
        Assert.Contains("invalid_client", refusal, StringComparison.Ordinal);
        Assert.DoesNotContain("an-outdated-secret", refusal, StringComparison.Ordinal);
    }

    /// <summary>Unauthenticated clients can cause failed sign-ins, and the audit log must not grow with their requests.</summary>
    [Fact]
    public async Task FailedSignIns_BeyondTheLimitOfAnAddress_AreNotInTheAuditLog()
    {
        await using var visit = await OpenIdVisit.StartAsync(
            await FakeOpenIdProvider.StartAsync(),
            server: options => options with { RateLimit = options.RateLimit with { FailuresPerMinute = 2 } });
        visit.Provider.Claims["aud"] = "another-client";

        for (int i = 0; i < 4; i++)
        {
            Assert.Equal(Refused, await visit.SignInAsync());
        }

        Assert.Equal(
            2,
            await MirrorWithOrigin.QueryAsync(
                visit.Server, db => db.Audit.CountAsync(row => row.Action == "user.sign-in" && !row.Succeeded)));
    }

    /// <summary>The framework's handler would end the session for any link to this address.</summary>
    [Fact]
    public async Task Session_AfterALinkFromAnotherSite_Continues()
    {
        await using var visit = await OpenIdVisit.StartAsync(await FakeOpenIdProvider.StartAsync());
        await visit.SignInAsync();

        foreach (string address in new[] { "/signout-oidc", "/signout-callback-oidc" })
        {
            using var answer = await visit.Browser.SendAsync(address);
            Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        }

        Assert.Contains("alice", await visit.Browser.GetAsync("/account"), StringComparison.Ordinal);
        Assert.Equal(1, await MirrorWithOrigin.QueryAsync(visit.Server, db => db.Sessions.CountAsync()));
    }
}
