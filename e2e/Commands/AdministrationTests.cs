using System.Text.Json;
using Mirror.E2E.Processes;

namespace Mirror.E2E.Commands;

/// <summary>The commands for groups, workspaces, people and programs: what they do together, their JSON, errors and exit codes.</summary>
public sealed class AdministrationTests : IAsyncLifetime
{
    private const string Namespace = "path kind automaticCaching anonymousRead role";

    private MirrorProcess Mirror { get; set; } = null!;

    public async Task InitializeAsync() => Mirror = await MirrorProcess.StartAsync();

    public async Task DisposeAsync() => await Mirror.DisposeAsync();

    [Fact]
    public async Task Json_OfEveryCommand_HasItsShape()
    {
        await AssertShapeAsync(Namespace, "group", "create", "platform");
        await AssertShapeAsync($"items[{Namespace}]", "group", "list");
        await AssertShapeAsync(Namespace, "workspace", "create", "platform/network");
        await AssertShapeAsync($"items[{Namespace}]", "workspace", "list", "platform");
        await AssertShapeAsync(Namespace, "settings", "platform/network");
        await AssertShapeAsync(Namespace, "settings", "platform", "--automatic-caching", "on");
        await AssertShapeAsync("name principal role tokens lastUsedAt createdAt createdBy", "service-account", "create", "platform", "ci");
        await AssertShapeAsync("items[name principal role tokens lastUsedAt createdAt createdBy]", "service-account", "list", "platform");
        await AssertShapeAsync("principal role from inherited", "member", "add", "platform", "platform/ci", "deployer");
        await AssertShapeAsync("members[principal role from inherited] groupMappings", "member", "list", "platform");
        await AssertShapeAsync("id token name principal role expiresAt", "token", "create", "--group-path", "platform", "--role", "viewer", "--expires", "30d", "--name", "ci");
        await AssertShapeAsync("items[id name principal prefix createdAt createdBy expiresAt lastUsedAt]", "token", "list", "--group-path", "platform");
        await AssertShapeAsync("items", "variable", "list", "platform");
        await AssertShapeAsync("name password", "user", "create", "ada");
        await AssertShapeAsync("items[name admin local issuer passwordIsTemporary lockedUntil createdAt createdBy lastSignedInAt]", "user", "list");
        await AssertShapeAsync("name password", "user", "reset-password", "ada");
        await AssertShapeAsync("name", "user", "delete", "ada", "--yes");
        await AssertShapeAsync("path principal", "member", "remove", "platform", "platform/ci");
        await AssertShapeAsync("principal", "service-account", "delete", "platform", "ci", "--yes");
        await AssertShapeAsync("path", "workspace", "delete", "platform/network", "--yes");
        await AssertShapeAsync("path", "group", "delete", "platform", "--yes");
    }

    /// <summary>What a token may do is its role: a viewer reads and runs, and changes nothing; elsewhere it learns nothing.</summary>
    [Fact]
    public async Task Token_OfAViewer_ReadsItsGroupAndIsRefusedTheRest()
    {
        (await Mirror.RunCommandAsync("group", "create", "platform")).AssertSuccess();
        (await Mirror.RunCommandAsync("group", "create", "secret")).AssertSuccess();
        var made = (await Mirror.RunCommandAsync("token", "create", "--group-path", "platform", "--role", "viewer", "--json")).AssertSuccess();
        string token = JsonDocument.Parse(made.Output).RootElement.GetProperty("token").GetString()!;

        var read = await Mirror.RunCommandAsync("list-versions", "platform", "--token", token);
        var run = await Mirror.RunCommandAsync("run", "--workspace", "platform", "--token", token, "--", "echo", "ran");
        ProgramRun[] forbidden =
        [
            await Mirror.RunCommandAsync("sync", "hashicorp/null", "--group-path", "platform", "--token", token),
            await Mirror.RunCommandAsync("settings", "platform", "--automatic-caching", "on", "--token", token),
            await Mirror.RunCommandAsync("member", "add", "platform", "anybody", "owner", "--token", token),
            await Mirror.RunCommandAsync("group", "create", "own", "--token", token),
        ];
        var hidden = await Mirror.RunCommandAsync("list-versions", "secret", "--token", token);

        Assert.Equal((0, 0), (read.ExitCode, run.ExitCode));
        Assert.StartsWith("ran\nProvider caching summary...\n", run.Output, StringComparison.Ordinal);
        Assert.All(forbidden, refused => Assert.True(refused is { ExitCode: 1, Output: "" } && refused.Error.Contains("Not permitted", StringComparison.Ordinal), refused.Text));
        Assert.Equal(1, hidden.ExitCode);
        Assert.Contains("There is no group or workspace 'secret'", hidden.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, "no group or workspace 'nowhere'", "settings", "nowhere")]
    [InlineData(1, "'default' exists already", "group", "create", "default")]
    [InlineData(1, "no group or workspace 'nowhere'", "token", "create", "--group-path", "nowhere", "--role", "viewer")]
    [InlineData(1, "no user 'nobody'", "member", "add", "default", "nobody", "owner")]
    [InlineData(2, "is not a namespace path", "group", "create", "No Path")]
    [InlineData(2, "'king'", "token", "create", "--group-path", "default", "--role", "king")]
    [InlineData(2, "'soon' is not a duration", "token", "create", "--group-path", "default", "--role", "viewer", "--expires", "soon")]
    [InlineData(2, "'maybe'", "settings", "default", "--automatic-caching", "maybe")]
    [InlineData(2, "confirm with --yes", "group", "delete", "default")]
    [InlineData(2, "'perhaps'", "verify", "--repair", "perhaps")]
    public async Task Error_IsOnStandardError_WithItsExitCode(int code, string expected, params string[] command)
    {
        var run = await Mirror.RunCommandAsync(command);

        Assert.True((code, "") == (run.ExitCode, run.Output), run.Text);
        Assert.Contains(expected, run.Error, StringComparison.Ordinal);
    }

    private async Task AssertShapeAsync(string expected, params string[] command)
    {
        var run = (await Mirror.RunCommandAsync([.. command, "--json"])).AssertSuccess();
        Assert.True((expected, "") == (JsonShape.Of(run.Output), run.Error), $"{string.Join(' ', command)} printed:\n{run.Text}");
    }
}
