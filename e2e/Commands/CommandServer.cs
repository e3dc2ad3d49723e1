using System.Text.Json;
using Mirror.E2E.Processes;
using Mirror.Tests.Origin;

namespace Mirror.E2E.Commands;

/// <summary>
/// One server with an origin for all tests of a class. The tests use different names, so that they do not affect each other.
/// </summary>
public class CommandServer : IAsyncLifetime
{
    /// <summary>A provider at an available origin, for linux_amd64 and darwin_arm64 among others.</summary>
    public const string Hello = "registry.example.com/example/hello";

    /// <summary>A provider at an allowed origin that is unavailable.</summary>
    public const string Unreachable = "down.example.com/example/hello";

    private readonly Lazy<Task<string>> _viewer;

    public CommandServer() => _viewer = new Lazy<Task<string>>(MakeViewerAsync);

    public FakeOrigin Origin { get; } = FakeOrigin.Start();

    public MirrorProcess Mirror { get; private set; } = null!;

    public TemporaryDirectory Files { get; } = new();

    /// <summary>The token of a user who can read the group <c>team</c>. There is another group, <c>secret</c>.</summary>
    public Task<string> ViewerTokenAsync() => _viewer.Value;

    public async Task InitializeAsync()
    {
        Origin.AddProvider("example/hello").AddVersions("1.0.0", "2.0.0");
        Mirror = await MirrorProcess.StartBeforeAsync(
            Origin.ProvidersUrl,
            [
                "--Mirror:Upstream:Hosts:1:Name=down.example.com",
                "--Mirror:Upstream:Hosts:1:ProvidersUrl=http://127.0.0.1:1/",
                .. Arguments,
            ]);
    }

    public async Task DisposeAsync()
    {
        await Mirror.DisposeAsync();
        await Origin.DisposeAsync();
        Files.Dispose();
    }

    protected virtual string[] Arguments => [];

    public Task<ProgramRun> RunAsync(params string[] command) => Mirror.RunCommandAsync(command);

    private async Task<string> MakeViewerAsync()
    {
        (await RunAsync("group", "create", "team")).AssertSuccess();
        (await RunAsync("group", "create", "secret")).AssertSuccess();
        var made = (await RunAsync("token", "create", "--group-path", "team", "--role", "viewer", "--json")).AssertSuccess();
        return JsonDocument.Parse(made.Output).RootElement.GetProperty("token").GetString()!;
    }
}

/// <summary>A server that can publish: it has a hostname, which clients do not need in these tests.</summary>
public sealed class PublishingCommandServer : CommandServer
{
    protected override string[] Arguments => ["--Mirror:PublicUrl=https://mirror.example.com"];
}
