using System.Text.RegularExpressions;
using Mirror.E2E.Browser;
using Mirror.E2E.Processes;
using Mirror.Tests.Origin;

namespace Mirror.E2E.SignIn;

/// <summary><c>terraform login</c>, and then <c>terraform init</c> with only the credentials that it stored.</summary>
public sealed partial class TerraformLoginTests(Chromium chromium) : IClassFixture<Chromium>
{
    [RequiresToolFact("terraform")]
    public async Task Init_AfterTerraformLogin_InstallsFromAPrivateMirror()
    {
        await using var origin = FakeOrigin.Start();
        origin.AddProvider("example/hello").AddVersions("1.0.0");
        await using var mirror = await MirrorProcess.StartBeforeAsync(origin.ProvidersUrl, "--Mirror:Auth:AnonymousRead=false");
        await TerraformUser.AddAsync(mirror);
        using var home = new TerraformHome(new Uri($"https://localhost:{mirror.HttpsUrl.Port}/"), mirror.AuthorityPath);

        (await home.RunAsync("init", "-no-color")).AssertFailure();
        string login = await home.LoginAsync(chromium, TerraformUser.Name, TerraformUser.Password);
        var init = (await home.RunAsync("init", "-no-color")).AssertSuccess();

        Assert.Contains("Terraform has obtained and saved an API token", login, StringComparison.Ordinal);
        Assert.Contains("Installed registry.example.com/example/hello v1.0.0 (verified checksum)", init.Output, StringComparison.Ordinal);
        string token = Token().Match(home.Credentials).Value;
        Assert.NotEmpty(token);
        Assert.DoesNotContain(token, mirror.Log, StringComparison.Ordinal);
    }

    [GeneratedRegex("mirror_[A-Za-z0-9_-]{40,}")]
    private static partial Regex Token();
}
