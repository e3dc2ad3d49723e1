using System.Diagnostics;
using System.Runtime.Versioning;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Mirror.E2E.Browser;
using Mirror.E2E.Processes;
using Mirror.Tests.Origin;
using static Microsoft.Playwright.Assertions;

namespace Mirror.E2E.SignIn;

/// <summary><c>mirror login</c>, and then commands with only the profile that it stored.</summary>
public sealed partial class MirrorLoginTests(Chromium chromium) : IClassFixture<Chromium>, IDisposable
{
    private const string Password = "wonderland is big";

    // Only a failing test waits this long.
    private static readonly TimeSpan WaitTimeout = TimeSpan.FromMinutes(2);

    /// <summary>The working directory of the commands, and their user's home.</summary>
    private readonly TemporaryDirectory _home = new();

    public void Dispose() => _home.Dispose();

    [RequiresToolFact("terraform")]
    public async Task Commands_AfterLoginWithATokenFromStandardInput_NeedNoOptions()
    {
        await using var origin = FakeOrigin.Start();
        origin.AddProvider("example/hello").AddVersions("1.0.0");
        await using var mirror = await MirrorProcess.StartBeforeAsync(origin.ProvidersUrl, "--Mirror:Auth:AnonymousRead=false");
        string url = mirror.HttpsUrl.ToString();
        var created = (await mirror.RunCommandAsync(
            "token", "create", "--group-path", "default", "--role", "deployer", "--name", "laptop", "--json")).AssertSuccess();
        string token = JsonDocument.Parse(created.Output).RootElement.GetProperty("token").GetString()!;

        var untrusted = await RunAsync("list-versions", "default", "--url", url);
        var login = (await RunWithInputAsync($"{token}\n", "login", url, "--authority", mirror.AuthorityPath, "--token-stdin")).AssertSuccess();
        (await RunAsync("sync", "registry.example.com/example/hello", "--platform", "linux_amd64")).AssertSuccess();
        var list = (await RunAsync("list-versions", "default")).AssertSuccess();
        var status = (await RunAsync("status")).AssertSuccess();
        await File.WriteAllTextAsync(
            _home.Combine("main.tf"),
            "terraform {\n  required_providers {\n    hello = { source = \"registry.example.com/example/hello\" }\n  }\n}\n");
        var init = (await RunAsync("run", "--", "terraform", "init", "-no-color")).AssertSuccess();
        var logout = (await RunAsync("logout")).AssertSuccess();

        untrusted.AssertFailure();
        Assert.Contains("--authority", untrusted.Error, StringComparison.Ordinal);
        Assert.Contains($"Logged in to {url} as default/", login.Output, StringComparison.Ordinal);
        Assert.Contains("registry.example.com/example/hello", list.Output, StringComparison.Ordinal);
        Assert.Contains($"the current profile '{mirror.HttpsUrl.Authority}'", status.Output, StringComparison.Ordinal);
        Assert.Contains("Installed registry.example.com/example/hello v1.0.0", init.Output, StringComparison.Ordinal);
        Assert.All(
            [login, list, status, init, logout, untrusted], run => Assert.DoesNotContain(token, run.Text, StringComparison.Ordinal));
        Assert.DoesNotContain(token, mirror.Log, StringComparison.Ordinal);
        (await RunAsync("list-versions", "default", "--url", url)).AssertFailure();
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public async Task Profiles_File_IsReadableByItsOwnerOnly()
    {
        await using var mirror = await MirrorProcess.StartAsync("--demo");
        (await RunWithInputAsync(await mirror.ReadAdminTokenAsync(), "login", mirror.Url.ToString(), "--token-stdin")).AssertSuccess();
        string file = _home.Combine(".config", "mirror", "profiles.json");

        const UnixFileMode readWrite = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        Assert.Equal(readWrite, File.GetUnixFileMode(file));
        Assert.Equal(readWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Path.GetDirectoryName(file)!));
    }

    [Fact]
    public async Task Login_AllowedInABrowser_StoresATokenOfTheUser()
    {
        await using var mirror = await MirrorProcess.StartAsync("--demo");
        var create = MirrorExecutable.Built.Start(
            mirror.WorkingDirectory, "user", "create", "alice", "--password-stdin", "--keep-password");
        (await ProgramRun.RunAsync(create, input: Password + "\n")).AssertSuccess();

        string printed = await LoginAsync(mirror);

        Assert.StartsWith($"Logged in to {mirror.Url} as alice.", printed, StringComparison.Ordinal);
        var tokens = (await RunAsync("token", "list")).AssertSuccess();
        Assert.Contains("mirror login", tokens.Output, StringComparison.Ordinal);
    }

    /// <summary>Without any option or variable, and in another shell with those that the demo prints.</summary>
    [Fact]
    public async Task Commands_WhileADemoRuns_FindIt()
    {
        string found, pasted;
        ProgramRun list;
        await using (var mirror = await MirrorProcess.StartAsync("--demo"))
        {
            list = await mirror.RunCommandAsync("list-versions", "default");
            found = (await mirror.RunCommandAsync("status", "--json")).AssertSuccess().Output;
            string exports = string.Join(
                '\n', mirror.Log.Split('\n').Where(line => line.StartsWith("export MIRROR_", StringComparison.Ordinal)
                    || line.StartsWith("export SSL_CERT_FILE=", StringComparison.Ordinal)));
            var start = new ProcessStartInfo(
                "bash", ["-e", "-c", $"{exports}\nexec dotnet \"$0\" status --json", MirrorExecutable.BuiltPath])
            { WorkingDirectory = _home.Path };
            start.Environment["XDG_CONFIG_HOME"] = _home.Combine(".config");
            pasted = (await ProgramRun.RunAsync(start)).AssertSuccess().Output;
            await mirror.StopAsync();

            Assert.Empty(Directory.GetFiles(Path.Combine(mirror.WorkingDirectory, ".config", "mirror")));
        }

        list.AssertSuccess();
        Assert.Equal(("demo", "dataDirectory", "true"), Read(found));
        Assert.Equal(("urlVariable", "variable", "true"), Read(pasted));
    }

    private static (string Source, string TokenSource, string Admin) Read(string status)
    {
        using var document = JsonDocument.Parse(status);
        var root = document.RootElement;
        return (
            root.GetProperty("source").GetString()!,
            root.GetProperty("tokenSource").GetString()!,
            root.GetProperty("account").GetProperty("admin").GetRawText());
    }

    private async Task<string> LoginAsync(MirrorProcess mirror)
    {
        var start = MirrorExecutable.Built.Start(_home.Path, "login", mirror.Url.ToString());
        start.RedirectStandardInput = true;
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        using var login = Process.Start(start)!;
        try
        {
            var printed = new StringBuilder();
            Match url;
            while (!(url = AuthorizationUrl().Match(printed.ToString())).Success)
            {
                string line = await login.StandardError.ReadLineAsync().WaitAsync(WaitTimeout, TimeProvider.System)
                    ?? throw new InvalidOperationException($"mirror login ended:\n{printed}");
                printed.AppendLine(line);
            }

            await ConsentAsync(new Uri(url.Value));
            string output = await login.StandardOutput.ReadToEndAsync().WaitAsync(WaitTimeout, TimeProvider.System);
            await login.WaitForExitAsync().WaitAsync(WaitTimeout, TimeProvider.System);
            Assert.True(login.ExitCode == 0, printed + output + await login.StandardError.ReadToEndAsync());
            return output;
        }
        finally
        {
            login.Kill(entireProcessTree: true);
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
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Allow the mirror command to use your account?" })).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Allow" }).ClickAsync();
        await Expect(page.GetByText("You are logged in.")).ToBeVisibleAsync();
    }

    private Task<ProgramRun> RunAsync(params string[] command) => RunWithInputAsync("", command);

    private Task<ProgramRun> RunWithInputAsync(string input, params string[] command)
    {
        var start = MirrorExecutable.Built.Start(_home.Path, command);
        start.Environment["HOME"] = _home.Path;
        start.Environment["CHECKPOINT_DISABLE"] = "1";
        return ProgramRun.RunAsync(start, input: input);
    }

    [GeneratedRegex(@"http://\S+/terraform-login\?\S+")]
    private static partial Regex AuthorizationUrl();
}
