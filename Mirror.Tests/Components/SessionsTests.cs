using System.Security.Claims;
using Microsoft.Extensions.DependencyInjection;
using Mirror.Core.Catalog;
using Mirror.Web.Components.SignIn;

namespace Mirror.Tests.Components;

public sealed class SessionsTests : UiFixture
{
    private Sessions Sessions => Services.GetRequiredService<Sessions>();

    [Theory]
    [InlineData("")]
    [InlineData(null)]
    [InlineData("another-token")]
    [InlineData(Token + "x")]
    public void Begin_WithAnythingButTheToken_IsRefused(string? presented) => Assert.Null(Sessions.Begin(presented, "test"));

    [Fact]
    public void Begin_WithTheTokenAsPasted_IsTheAdministrator() =>
        Assert.Equal(PrincipalKind.Admin, Sessions.Identify(Sessions.Begin($" {Token}\n", "test")!).Kind);

    [Fact]
    public void Identify_OnceTheSessionIsTooOld_IsAnonymous()
    {
        var user = Sessions.Begin(Token, "test")!;

        Time.Advance(Sessions.Lifetime - TimeSpan.FromSeconds(1));
        Assert.Equal(PrincipalKind.Admin, Sessions.Identify(user).Kind);
        Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(PrincipalKind.Anonymous, Sessions.Identify(user).Kind);
    }

    [Fact]
    public void Identify_OnceSignedOut_IsAnonymousWhileOtherSessionsGoOn()
    {
        var ended = Sessions.Begin(Token, "test")!;
        var other = Sessions.Begin(Token, "test")!;

        Sessions.End(ended);

        Assert.Equal(PrincipalKind.Anonymous, Sessions.Identify(ended).Kind);
        Assert.Equal(PrincipalKind.Admin, Sessions.Identify(other).Kind);
    }

    [Fact]
    public void Identify_OfASessionMadeWithAnotherToken_IsAnonymous()
    {
        var user = Sessions.Begin(Token, "test")!;
        var identity = (ClaimsIdentity)user.Identity!;
        var claim = identity.FindFirst("mirror:token")!;
        identity.RemoveClaim(claim);
        identity.AddClaim(new Claim(claim.Type, "0123456789abcdef"));

        Assert.Equal(PrincipalKind.Anonymous, Sessions.Identify(user).Kind);
    }

    [Fact]
    public void Identify_OfNobody_IsAnonymous() =>
        Assert.Equal(PrincipalKind.Anonymous, Sessions.Identify(new ClaimsPrincipal(new ClaimsIdentity())).Kind);
}
