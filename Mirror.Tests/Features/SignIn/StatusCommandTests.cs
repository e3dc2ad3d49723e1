using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Mirror.Tests.Cli;
using Mirror.Tests.Hosting;
using Mirror.Web.Hosting;

namespace Mirror.Tests.Features.SignIn;

/// <summary><c>mirror status</c> says which server commands use, and succeeds only if it can be used.</summary>
public sealed class StatusCommandTests : IDisposable
{
    private readonly UserHome _home = new();

    public void Dispose() => _home.Dispose();

    [Fact]
    public async Task Status_ServerOfThisMachine_ShowsHowItWasFoundAndWhatItAllows()
    {
        await using var server = await MirrorServer.StartAsync();
        _home.WithDataDirectory(server.DataDirectory);

        var status = await CommandLine.RunAsync(_home.Environment(), "status");

        Assert.Equal((0, ""), (status.ExitCode, status.Error));
        Assert.Equal(
            [
                $"server      {server.HttpsUrl}",
                $"found by    the data directory {server.DataDirectory}",
                $"version     {Core.ProductVersion.Text} (this command: {Core.ProductVersion.Text})",
                "health      ready",
                "token       the administrator token in the data directory",
                "logged in   as admin (administrator)",
                "can read    default",
                "",
            ],
            status.Output.Split('\n'));
    }

    [Theory]
    [InlineData("https://mirror.example.com", "registry    mirror.example.com/<namespace>/…\n")]
    [InlineData(
        "https://mirror.example.com:8443",
        "registry    mirror.example.com:8443/<namespace>/…; not through a network mirror, because of the port\n")]
    public async Task Status_ServerWithAnOwnHostname_ShowsIt(string url, string expected)
    {
        await using var server = await MirrorServer.StartAsync(options => options with { PublicUrl = new Uri(url) });

        var status = await CommandLine.RunAsync(server, "status");
        var json = await CommandLine.RunAsync(server, "status", "--json");

        Assert.Contains(expected, status.Output, StringComparison.Ordinal);
        Assert.Equal(new Uri(url).Authority, (string?)json.Json["hostnames"]![0]);
    }

    [Fact]
    public async Task Status_Anonymous_SucceedsIfTheServerMayBeRead()
    {
        await using var server = await MirrorServer.StartAsync();

        var status = await CommandLine.RunAsync(_home.Environment($"MIRROR_URL={server.Url}"), "status");

        Assert.Equal((0, ""), (status.ExitCode, status.Error));
        Assert.Contains("found by    MIRROR_URL\n", status.Output, StringComparison.Ordinal);
        Assert.Contains("logged in   no\ncan read    default\n", status.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Status_TokenWithARole_ShowsTheRole()
    {
        await using var server = await MirrorServer.StartAsync();
        var created = await CommandLine.RunAsync(server, "token", "create", "--group-path", "default", "--role", "viewer", "--json");

        var status = await CommandLine.RunAsync(
            _home.Environment(), "status", "--url", server.Url.ToString(), "--token", (string)created.Json["token"]!);

        Assert.Equal(0, status.ExitCode);
        Assert.Contains("roles       viewer of default\n", status.Output, StringComparison.Ordinal);
        Assert.DoesNotContain((string)created.Json["token"]!, status.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--token", "does not accept the token. Check the value of --token.")]
    [InlineData("MIRROR_TOKEN", "does not accept the token. Check the value of MIRROR_TOKEN.")]
    [InlineData("profile", "does not accept the token. Log in again: mirror login ")]
    [InlineData(null, "requires a token. Log in with 'mirror login ")]
    public async Task Status_WithoutAccess_FailsWithAdvice(string? source, string expected)
    {
        await using var server = await MirrorServer.StartAsync(
            options => options with { Auth = options.Auth with { AnonymousRead = false } });
        string url = server.Url.ToString();
        if (source == "profile")
        {
            _home.WithProfile("prod", url, "invalid");
        }

        var environment = source == "MIRROR_TOKEN" ? _home.Environment("MIRROR_TOKEN=invalid") : _home.Environment();
        string[] token = source == "--token" ? ["--token", "invalid"] : [];
        var status = await CommandLine.RunAsync(environment, ["status", "--url", url, .. token]);
        var json = await CommandLine.RunAsync(environment, ["status", "--url", url, "--json", .. token]);

        Assert.Equal((1, 1), (status.ExitCode, json.ExitCode));
        Assert.Contains(expected, status.Error, StringComparison.Ordinal);
        Assert.Contains(expected, (string)json.Json["problem"]!, StringComparison.Ordinal);
        Assert.True((bool)json.Json["ready"]!);
        Assert.Null(json.Json["account"]);
    }

    [Fact]
    public async Task Status_InvalidTokenWhereAnonymousMayRead_Fails()
    {
        await using var server = await MirrorServer.StartAsync();

        var status = await CommandLine.RunAsync(_home.Environment(), "status", "--url", server.Url.ToString(), "--token", "invalid");

        Assert.Equal(1, status.ExitCode);
        Assert.Contains("does not accept the token", status.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Status_ServerThatIsNotReady_FailsWithTheReason()
    {
        await using var server = await MirrorServer.StartAsync();
        server.Services.GetRequiredService<Readiness>().IsReady = false;

        var status = await CommandLine.RunAsync(_home.Environment(), "status", "--url", server.Url.ToString());

        Assert.Equal(1, status.ExitCode);
        Assert.Contains("health      not ready: starting or stopping\n", status.Output, StringComparison.Ordinal);
        Assert.Contains("is not ready", status.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Status_ServerThatIsNotReachable_ShowsWhichAndFails()
    {
        using var closed = new TcpListener(System.Net.IPAddress.Loopback, 0);
        closed.Start();
        string url = $"http://{closed.LocalEndpoint}/";
        closed.Stop();
        _home.WithProfile("prod", url, "token", isCurrent: true);

        var status = await CommandLine.RunAsync(_home.Environment(), "status");

        Assert.Equal(1, status.ExitCode);
        Assert.StartsWith($"server      {url}\nfound by    the current profile 'prod'\n", status.Output, StringComparison.Ordinal);
        Assert.Contains($"No mirror responds at {url}, the server of the profile 'prod'", status.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Status_AnotherProgram_IsNotTakenForAMirror()
    {
        await using var origin = Origin.FakeOrigin.Start();

        var status = await CommandLine.RunAsync(_home.Environment(), "status", "--url", origin.Url);

        Assert.Equal(1, status.ExitCode);
        Assert.Contains("health/ready returned 404", status.Error, StringComparison.Ordinal);
    }
}
