using System.Diagnostics;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Mirror.E2E.Browser;
using Mirror.E2E.Processes;
using Mirror.Tests.Origin;
using static Microsoft.Playwright.Assertions;

namespace Mirror.E2E.SignIn;

/// <summary><c>terraform login</c>, and then <c>terraform init</c> with only the credentials that it stored.</summary>
public sealed partial class TerraformLoginTests(Chromium chromium) : IClassFixture<Chromium>
{
    private const string Password = "wonderland is big";

    // Only a failing test waits this long.
    private static readonly TimeSpan WaitTimeout = TimeSpan.FromMinutes(2);

    [RequiresToolFact("terraform")]
    public async Task Init_AfterTerraformLogin_InstallsFromAPrivateMirror()
    {
        await using var origin = FakeOrigin.Start();
        origin.AddProvider("example/hello").AddVersions("1.0.0");
        await using var mirror = await MirrorProcess.StartBeforeAsync(origin.ProvidersUrl, "--Mirror:Auth:AnonymousRead=false");
        await AdminAsync(mirror, HttpMethod.Post, "api/v1/users", new { name = "alice", password = Password, passwordIsTemporary = false });
        await AdminAsync(mirror, HttpMethod.Put, "api/v1/groups/default/members/alice", new { role = "viewer" });
        using var project = new TemporaryDirectory();
        await WriteProjectAsync(project, mirror);

        (await TerraformAsync(project, mirror, "init", "-no-color")).AssertFailure();
        string login = await LoginAsync(project, mirror);
        var init = (await TerraformAsync(project, mirror, "init", "-no-color")).AssertSuccess();

        Assert.Contains("Terraform has obtained and saved an API token", login, StringComparison.Ordinal);
        Assert.Contains("Installed registry.example.com/example/hello v1.0.0 (verified checksum)", init.Output, StringComparison.Ordinal);
        string token = Token().Match(await File.ReadAllTextAsync(project.Combine(".terraform.d", "credentials.tfrc.json"))).Value;
        Assert.NotEmpty(token);
        Assert.DoesNotContain(token, mirror.Log, StringComparison.Ordinal);
    }

    private async Task<string> LoginAsync(TemporaryDirectory project, MirrorProcess mirror)
    {
        using var terraform = Process.Start(Start(project, mirror, "login", "-no-color", $"localhost:{mirror.HttpsUrl.Port}"))!;
        var printed = new System.Text.StringBuilder();
        try
        {
            await terraform.StandardInput.WriteLineAsync("yes");
            await terraform.StandardInput.FlushAsync();
            Match url;
            while (!(url = AuthorizationUrl().Match(printed.ToString())).Success)
            {
                string line = await terraform.StandardOutput.ReadLineAsync().WaitAsync(WaitTimeout)
                    ?? throw new InvalidOperationException(
                        $"terraform login ended:\n{printed}{await terraform.StandardError.ReadToEndAsync()}");
                printed.AppendLine(line);
            }

            await ConsentAsync(new Uri(mirror.Url, new Uri(url.Value.Trim()).PathAndQuery));
            printed.Append(await terraform.StandardOutput.ReadToEndAsync().WaitAsync(WaitTimeout));
            await terraform.WaitForExitAsync().WaitAsync(WaitTimeout);
            Assert.True(terraform.ExitCode == 0, printed + await terraform.StandardError.ReadToEndAsync());
            return printed.ToString();
        }
        finally
        {
            terraform.Kill(entireProcessTree: true);
        }
    }

    private async Task ConsentAsync(Uri url)
    {
        var page = await chromium.OpenAsync(new Uri(url, "/"));
        await using var context = page.Context;
        await page.GotoAsync(url.AbsoluteUri);
        await page.GetByLabel("User name").FillAsync("alice");
        await page.GetByLabel("Password").FillAsync(Password);
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in", Exact = true }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Allow Terraform to use your account?" })).ToBeVisibleAsync();
        // Terraform exits as soon as it has the code, usually before it has answered the browser.
        await page.RunAndWaitForRequestAsync(
            () => page.GetByRole(AriaRole.Button, new() { Name = "Allow" }).ClickAsync(),
            new Regex(@"^http://localhost:100(0\d|10)/login\?"));
    }

    private static async Task AdminAsync(MirrorProcess mirror, HttpMethod method, string url, object body)
    {
        using var request = new HttpRequestMessage(method, url) { Content = JsonContent.Create(body) };
        string token = await File.ReadAllTextAsync(Path.Combine(mirror.DataDirectory, "admin-token"));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token.Trim());
        using var response = await mirror.Client.SendAsync(request);
        response.EnsureSuccessStatusCode();
    }

    private static async Task WriteProjectAsync(TemporaryDirectory project, MirrorProcess mirror)
    {
        await File.WriteAllTextAsync(
            project.Combine("main.tf"),
            "terraform {\n  required_providers {\n    hello = { source = \"registry.example.com/example/hello\" }\n  }\n}\n");
        Directory.CreateDirectory(project.Combine(".terraform.d")); // Terraform does not create this directory to store a token.
        // Terraform looks for this file in the home directory by default. If another file is configured, it does not store tokens there.
        await File.WriteAllTextAsync(
            project.Combine(".terraformrc"),
            $"provider_installation {{\n  network_mirror {{\n    url = \"https://localhost:{mirror.HttpsUrl.Port}/v1/mirror/\"\n  }}\n}}\n");
    }

    private static Task<ProgramRun> TerraformAsync(TemporaryDirectory project, MirrorProcess mirror, params string[] arguments) =>
        ProgramRun.RunAsync(Start(project, mirror, arguments));

    private static ProcessStartInfo Start(TemporaryDirectory project, MirrorProcess mirror, params string[] arguments)
    {
        var start = new ProcessStartInfo("terraform", arguments)
        {
            WorkingDirectory = project.Path,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment.Clear();
        start.Environment["PATH"] = Environment.GetEnvironmentVariable("PATH");
        start.Environment["HOME"] = project.Path;
        start.Environment["TMPDIR"] = project.Path;
        start.Environment["CHECKPOINT_DISABLE"] = "1";
        start.Environment["SSL_CERT_FILE"] = mirror.AuthorityPath;
        return start;
    }

    [GeneratedRegex(@"https://localhost:\d+/terraform-login\?\S+")]
    private static partial Regex AuthorizationUrl();

    [GeneratedRegex("mirror_[A-Za-z0-9_-]{40,}")]
    private static partial Regex Token();
}
