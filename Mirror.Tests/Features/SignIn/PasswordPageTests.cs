using Bunit;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Mirror.Core.Access;
using Mirror.Core.Database;
using Mirror.Core.Identity;
using Mirror.Web.Features.SignIn;
using Mirror.Web.Http;

namespace Mirror.Tests.Features.SignIn;

public sealed class PasswordPageTests : PlainPageFixture
{
    [Fact]
    public void Password_OfASessionWithoutOne_ExplainsThat()
    {
        var page = RenderFor<PasswordPage>(SignIn());

        Assert.Contains("has no password here", page.Find("section").TextContent, StringComparison.Ordinal);
        Assert.Empty(page.FindAll("form"));
    }

    [Fact]
    public async Task Password_OfAUser_MustBeEnteredTwice()
    {
        var page = RenderFor<PasswordPage>(await SignInAsUserAsync("alice"));

        Assert.Equal(["current", "new", "again"], page.FindAll("input[type=password]").Select(field => field.Id!));
        Assert.Equal("alice", page.Find("input[hidden]").GetAttribute("value"));
        Assert.DoesNotContain("An administrator set your password", page.Markup, StringComparison.Ordinal);
        Assert.Empty(page.FindAll("[aria-invalid=true]"));
    }

    [Fact]
    public async Task Password_SetByAnAdministrator_MustBeChangedFirst()
    {
        var password = NewPassword.Generate();
        await Services.GetRequiredService<Users>().CreateAsync(
            UserName.Parse("bob"), password, isTemporary: true, isAdmin: false, Principal.Admin, CancellationToken.None);
        var user = await Services.GetRequiredService<Sessions>().BeginWithPasswordAsync("bob", password.Text, null, CancellationToken.None);

        Assert.Contains("An administrator set your password", RenderFor<PasswordPage>(user).Markup, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Password_Invalid_ShowsAnErrorAtTheField()
    {
        var page = RenderFor<PasswordPage>(await SignInAsUserAsync("alice"));

        await page.Find("form").SubmitAsync();

        Assert.Equal("true", page.Find("#new").GetAttribute("aria-invalid"));
        Assert.NotEmpty(page.Find("#new-error").TextContent);
        Assert.Equal(StatusCodes.Status400BadRequest, Request.Response.StatusCode);
    }
}
