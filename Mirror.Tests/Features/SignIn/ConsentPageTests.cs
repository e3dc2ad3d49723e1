using Bunit;
using Microsoft.AspNetCore.Http;
using Mirror.Web.Features.SignIn.TerraformLogin;

namespace Mirror.Tests.Features.SignIn;

public sealed class ConsentPageTests : PlainPageFixture
{
    private static readonly string Query =
        $"?client_id=terraform-cli&redirect_uri=http%3A%2F%2Flocalhost%3A10007%2Flogin&response_type=code&code_challenge={new string('c', 43)}&code_challenge_method=S256&state=s1";

    [Fact]
    public async Task Consent_OfAUser_ShowsThePermissionsAndForwardsTheRequest()
    {
        Request.Request.QueryString = new QueryString(Query);

        var page = RenderFor<ConsentPage>(await SignInAsUserAsync("alice"));

        Assert.Equal("Allow Terraform to use your account?", page.Find("h1").TextContent);
        Assert.Equal("alice", page.Find("strong").TextContent);
        Assert.Equal(["Allow", "Deny"], page.FindAll("button").Select(button => button.TextContent.Trim()));
        Assert.Equal(
            Query,
            QueryString.Create(page.FindAll("input[type=hidden]").Select(field =>
                KeyValuePair.Create(field.GetAttribute("name")!, field.GetAttribute("value")))).Value);
    }

    [Fact]
    public void Consent_OfTheAdminToken_RequiresAUser()
    {
        Request.Request.QueryString = new QueryString(Query);

        var page = RenderFor<ConsentPage>(SignIn());

        Assert.Equal("Sign in as a user", page.Find("h1").TextContent);
        Assert.Empty(page.FindAll("form"));
    }

    [Fact]
    public async Task Consent_ToARequestOfAnotherClient_IsNotOffered()
    {
        Request.Request.QueryString = new QueryString(Query.Replace("localhost", "evil.example", StringComparison.Ordinal));

        var page = RenderFor<ConsentPage>(await SignInAsUserAsync("alice"));

        Assert.Equal("Invalid request", page.Find("h1").TextContent);
        Assert.Contains("expected http://localhost with a port", page.Markup, StringComparison.Ordinal);
        Assert.Empty(page.FindAll("form"));
        Assert.Equal(StatusCodes.Status400BadRequest, Request.Response.StatusCode);
    }
}
