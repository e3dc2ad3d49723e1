using System.Diagnostics;
using System.Text.Json;
using Mirror.E2E.Browser;
using Mirror.E2E.Processes;
using Mirror.E2E.SignIn;
using Mirror.E2E.Terraform;
using Mirror.Tests.Origin;

namespace Mirror.E2E.Proxy;

/// <summary>Terraform and the command line at a mirror below a path, behind nginx.</summary>
public sealed class ProxiedClientTests(Chromium chromium) : IClassFixture<Chromium>
{
    private const string Hello = "registry.example.com/example/hello";

    [RequiresToolFact("terraform", "nginx")]
    public Task Init_BelowAPathThatIsPassedOn_Installs() => InstallAsync(ProxiedPath.PassedOn);

    [RequiresToolFact("terraform", "nginx")]
    public Task Init_BelowAPathThatIsStripped_Installs() => InstallAsync(ProxiedPath.Stripped);

    [RequiresToolFact("terraform", "nginx")]
    public async Task Init_WithThePrintedConfiguration_NamesThePath()
    {
        await using var origin = StartOrigin();
        await using var proxied = await ProxiedMirror.StartAsync(ProxiedPath.PassedOn, origin.ProvidersUrl);
        using var project = new TerraformProject(Hello);

        var run = await project.PasteAndRunAsync(
            $"{proxied.Mirror.PrintedConfiguration}\nexport SSL_CERT_FILE='{proxied.AuthorityPath}'", "init", "-no-color");

        Assert.Contains(
            $"\"{proxied.Url}v1/registries/registry.example.com/providers/\"", proxied.Mirror.PrintedConfiguration, StringComparison.Ordinal);
        Assert.Contains($"- Installed {Hello} v2.0.0 (self-signed", run.AssertSuccess().Output, StringComparison.Ordinal);
    }

    [RequiresToolFact("terraform", "nginx")]
    public async Task Init_OfAProviderOfTheHostItself_FindsItThroughDiscovery()
    {
        await using var origin = StartOrigin();
        await using var proxied = await ProxiedMirror.StartAsync(
            ProxiedPath.PassedOn, origin.ProvidersUrl, "--Mirror:Upstream:DefaultHost=registry.example.com");
        using var project = new TerraformProject($"localhost:{proxied.Nginx.Port}/example/hello");

        var run = await project.PasteAndRunAsync($"export SSL_CERT_FILE='{proxied.AuthorityPath}'", "init", "-no-color");

        Assert.Contains("v2.0.0 (self-signed", run.AssertSuccess().Output, StringComparison.Ordinal);
        Assert.Contains("GET /.well-known/terraform.json HTTP/1.1", proxied.Nginx.Requests.Select(Protocol11));
    }

    [RequiresToolFact("terraform", "nginx", "chromium")]
    public async Task Login_BelowAPath_GivesATokenThatInitUses()
    {
        await using var origin = StartOrigin();
        await using var proxied = await ProxiedMirror.StartAsync(
            ProxiedPath.PassedOn, origin.ProvidersUrl, "--Mirror:Auth:AnonymousRead=false");
        await TerraformUser.AddAsync(proxied.Mirror);
        using var home = new TerraformHome(proxied.Url, proxied.AuthorityPath);

        (await home.RunAsync("init", "-no-color")).AssertFailure();
        await home.LoginAsync(chromium, TerraformUser.Name, TerraformUser.Password);
        var init = (await home.RunAsync("init", "-no-color")).AssertSuccess();

        Assert.Contains($"Installed {Hello} v2.0.0 (verified checksum)", init.Output, StringComparison.Ordinal);
    }

    [RequiresToolFact("terraform", "nginx")]
    public async Task Commands_WithAUrlThatHasAPath_Work()
    {
        await using var origin = StartOrigin();
        await using var proxied = await ProxiedMirror.StartAsync(
            ProxiedPath.PassedOn, origin.ProvidersUrl, "--Mirror:Auth:AnonymousRead=false");
        using var project = new TerraformProject(Hello);
        // With and without the slash.
        string url = proxied.Url.ToString().TrimEnd('/');

        (await CommandAsync(proxied, project.Path, url, "group", "create", "team")).AssertSuccess();
        (await CommandAsync(proxied, project.Path, proxied.Url.ToString(), "workspace", "create", "team/production")).AssertSuccess();
        (await CommandAsync(proxied, project.Path, url, "sync", "--version", "1.0.0", "--platform", "linux_amd64", Hello)).AssertSuccess();
        var list = (await CommandAsync(proxied, project.Path, url, "list-versions", "default", "--json")).AssertSuccess();
        var settings = (await CommandAsync(proxied, project.Path, url, "settings", "team/production", "--json")).AssertSuccess();
        var run = (await CommandAsync(proxied, project.Path, url, "run", "--", "terraform", "init", "-no-color")).AssertSuccess();

        Assert.Equal("1.0.0", JsonDocument.Parse(list.Output).RootElement.GetProperty("items")[0].GetProperty("version").GetString());
        Assert.Contains("team/production", settings.Output, StringComparison.Ordinal);
        Assert.Contains($"Cached {Hello} v2.0.0", run.Text, StringComparison.Ordinal);
        Assert.All(proxied.Nginx.Requests, request => Assert.Contains(" /mirror/", request, StringComparison.Ordinal));
    }

    private static async Task InstallAsync(ProxiedPath path)
    {
        await using var origin = StartOrigin();
        await using var proxied = await ProxiedMirror.StartAsync(path, origin.ProvidersUrl, "--Mirror:Auth:AnonymousRead=true");
        using var project = new TerraformProject(Hello);

        var cold = (await project.PasteAndRunAsync(NetworkMirror.For(proxied.Url, proxied.AuthorityPath), "init", "-no-color")).AssertSuccess();
        project.Forget();
        var signed = (await project.PasteAndRunAsync(HostBlock.For(proxied.Url, proxied.AuthorityPath), "init", "-no-color")).AssertSuccess();

        Assert.Contains($"- Installed {Hello} v2.0.0 (verified checksum)", cold.Output, StringComparison.Ordinal);
        Assert.Contains($"- Installed {Hello} v2.0.0 (self-signed", signed.Output, StringComparison.Ordinal);
        Assert.Equal(1, origin.Count(RequestKind.Package));
        Assert.All(proxied.Nginx.Requests, request => Assert.Contains(" /mirror/", request, StringComparison.Ordinal));
        origin.AssertNoViolations();
    }

    private static async Task<ProgramRun> CommandAsync(ProxiedMirror proxied, string directory, string url, params string[] command)
    {
        int program = Array.IndexOf(command, "--");
        string[] server = ["--url", url, "--token", await proxied.Mirror.ReadAdminTokenAsync()];
        var start = MirrorExecutable.Built.Start(
            directory, program < 0 ? [.. command, .. server] : [.. command[..program], .. server, .. command[program..]]);
        start.Environment["SSL_CERT_FILE"] = proxied.AuthorityPath;
        start.Environment["CHECKPOINT_DISABLE"] = "1";
        start.Environment["HOME"] = directory;
        return await ProgramRun.RunAsync(start);
    }

    // Terraform speaks HTTP/2 where it can.
    private static string Protocol11(string request) => request.Replace("HTTP/2.0", "HTTP/1.1", StringComparison.Ordinal);

    private static FakeOrigin StartOrigin()
    {
        var origin = FakeOrigin.Start();
        origin.AddProvider("example/hello").AddVersions("1.0.0", "2.0.0");
        return origin;
    }
}
