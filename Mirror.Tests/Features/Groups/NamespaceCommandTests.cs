using Mirror.Core.Database;
using Mirror.Tests.Access;
using Mirror.Tests.Cli;
using Mirror.Tests.Hosting;

namespace Mirror.Tests.Features.Groups;

public sealed class NamespaceCommandTests : IAsyncLifetime
{
    private MirrorServer _server = null!;

    public async Task InitializeAsync() => _server = await MirrorServer.StartAsync();

    public async Task DisposeAsync() => await _server.DisposeAsync();

    private Task<CommandResult> RunAsync(string command) => CommandLine.RunAsync(_server, command.Split(' '));

    [Fact]
    public async Task GroupsAndWorkspaces_CreatedRenamedDeleted_AreListed()
    {
        Assert.Equal((0, "Created the group platform.\n"), Printed(await RunAsync("group create platform")));
        Assert.Equal((0, "Created the group platform/net.\n"), Printed(await RunAsync("group create platform/net")));
        Assert.Equal((0, "Created the workspace platform/net/prod.\n"), Printed(await RunAsync("workspace create platform/net/prod")));
        Assert.Equal((0, "Renamed platform/net to platform/network.\n"), Printed(await RunAsync("group rename platform/net network")));

        Assert.Equal(["default", "platform", "platform/network"], await PathsAsync("group list --json"));
        Assert.Equal(["platform", "platform/network"], await PathsAsync("group list platform --json"));
        Assert.Equal(["platform/network/prod"], await PathsAsync("workspace list --json"));
        Assert.Matches("(?m)^platform/network +off \\(from platform\\) +off +-$", (await RunAsync("group list")).Output);

        Assert.Contains("not empty", (await RunAsync("group delete platform --yes")).Error, StringComparison.Ordinal);
        Assert.Contains("is a workspace", (await RunAsync("group delete platform/network/prod --yes")).Error, StringComparison.Ordinal);
        Assert.Equal(
            (0, "Deleted the workspace platform/network/prod.\n"), Printed(await RunAsync("workspace delete platform/network/prod --yes")));
        Assert.Equal("platform", (string)(await RunAsync("group delete platform --force --yes --json")).Json["path"]!);
        Assert.Equal(["default"], await PathsAsync("group list --json"));
    }

    [Fact]
    public async Task Settings_ChangedAndShown_ShowTheSourceOfInheritedValues()
    {
        await _server.AddNamespacesAsync("platform", "platform/prod*");

        Assert.Equal(
            "platform/prod, a workspace\nautomatic caching  off, inherited from platform\nanonymous read     off, inherited from platform\n",
            (await RunAsync("settings platform/prod")).Output);
        Assert.Equal(
            "platform, a group\nautomatic caching  on, set here\nanonymous read     on, set here\n",
            (await RunAsync("settings platform --automatic-caching on --anonymous-read on")).Output);
        Assert.Equal(
            "off", (string)(await RunAsync("settings platform/prod --automatic-caching off --json")).Json["automaticCaching"]!["setting"]!);
        Assert.Contains(
            "on, inherited from platform\n",
            (await RunAsync("settings platform/prod --automatic-caching inherit")).Output,
            StringComparison.Ordinal);
        Assert.Contains("on, from the server's configuration", (await RunAsync("settings default")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Members_OfEveryKind_AreAddedListedAndRemoved()
    {
        await _server.AddNamespacesAsync("platform", "platform/prod*");
        await _server.AddUserAsync("alice");

        Assert.Equal((0, "alice is an owner of platform and everything below it.\n"), Printed(await RunAsync("member add platform alice owner")));
        Assert.Equal(
            "oidc-group:team is a viewer of platform and everything below it.\n", (await RunAsync("member add platform oidc-group:team viewer")).Output);
        Assert.Equal(
            "Created the service account platform/ci; it has no role yet.\n",
            (await RunAsync("service-account create platform/ci")).Output);
        Assert.Equal(
            "platform/two", (string)(await RunAsync("service-account create platform two --role viewer --json")).Json["principal"]!);
        Assert.Equal("deployer", (string)(await RunAsync("member add platform/prod platform/ci deployer --json")).Json["role"]!);

        var list = (await RunAsync("member list platform/prod")).Output;
        Assert.Matches("(?m)^alice +user +owner +platform$", list);
        Assert.Matches("(?m)^platform/ci +service account +deployer +platform/prod$", list);
        Assert.Matches("(?m)^oidc-group:team +OpenID group +viewer +platform$", list);

        Assert.Equal(0, (await RunAsync("member remove platform alice")).ExitCode);
        Assert.Equal(0, (await RunAsync("member remove platform oidc-group:team")).ExitCode);
        Assert.Equal((1, ""), Printed(await RunAsync("member remove platform alice")));
        Assert.Matches("(?m)^platform/ci +- +0 +never ", (await RunAsync("service-account list platform")).Output);
        Assert.Equal(
            (0, "Deleted the service account platform/ci.\n"), Printed(await RunAsync("service-account delete platform/ci --yes")));
    }

    [Fact]
    public async Task Token_OfAGroup_IsPrintedAloneAndWorks()
    {
        await _server.AddNamespacesAsync("platform");

        var created = await RunAsync("token create --group-path platform --role viewer --expires 30d --name ci");
        var second = await RunAsync("token create --group-path platform --service-account ci --json");
        string token = created.Output.Trim();
        var used = await CommandLine.RunAsync("group", "list", "--json", "--url", _server.Url.ToString(), "--token", token);
        var list = await RunAsync("token list --group-path platform");
        var revoked = await RunAsync($"token revoke --group-path platform {second.Json["id"]}");
        var refused = await CommandLine.RunAsync(
            "settings", "platform", "--url", _server.Url.ToString(), "--token", (string)second.Json["token"]!);

        Assert.Matches("^mirror_[A-Za-z0-9_-]{43}\n$", created.Output);
        Assert.Contains("platform/ci, valid until", created.Error, StringComparison.Ordinal);
        Assert.Equal("viewer", (string)used.Json["items"]![1]!["role"]!);
        Assert.Matches($"(?m)^[0-9]+ +ci +platform/ci +{token[..12]} +20", list.Output);
        Assert.DoesNotContain(token, list.Output, StringComparison.Ordinal);
        Assert.Equal(0, revoked.ExitCode);
        Assert.Equal(1, refused.ExitCode);
    }

    [Fact]
    public async Task Token_OfAUser_IsCreatedWithoutAGroup()
    {
        var alice = await _server.AddUserAsync("alice", Role.Viewer);
        string[] connection = ["--url", _server.Url.ToString(), "--token", alice.DefaultRequestHeaders.Authorization!.Parameter!];

        var created = await CommandLine.RunAsync(["token", "create", "--name", "laptop", "--json", .. connection]);
        var list = await CommandLine.RunAsync(["token", "list", "--json", .. connection]);
        var revoked = await CommandLine.RunAsync(["token", "revoke", $"{created.Json["id"]}", .. connection]);

        Assert.Equal("alice", (string)created.Json["principal"]!["name"]!);
        Assert.Equal(2, list.Json["items"]!.AsArray().Count);
        Assert.Equal(0, revoked.ExitCode);
    }

    [Theory]
    [InlineData("confirm with --yes", "group delete platform")]
    [InlineData("'Bad' is not a namespace path", "group create Bad")]
    [InlineData("needs a group; expected a path such as 'platform/alone'", "workspace create alone")]
    [InlineData("'B' is not a name", "group rename platform B")]
    [InlineData("'maybe'", "settings default --automatic-caching maybe")]
    [InlineData("'boss'", "member add default alice boss")]
    [InlineData("is not a group", "member add default oidc-group: owner")]
    [InlineData("'A' is not the name of a service account", "service-account create A")]
    [InlineData("of 'sub', but the command names 'platform'", "service-account create --group-path platform sub/ci")]
    [InlineData("<path> is 'platform' and --group-path is 'default'", "group delete platform --group-path default --yes")]
    [InlineData("<path> is missing", "group delete --yes")]
    [InlineData("--role", "token create --group-path platform")]
    [InlineData("--group-path", "token create --role viewer")]
    [InlineData("'soon' is not a duration", "token create --group-path platform --role viewer --expires soon")]
    public async Task Command_UsageError_IsExplainedWithExitCode2(string expected, string command)
    {
        var result = await RunAsync(command);

        Assert.Equal((2, ""), Printed(result));
        Assert.Contains(expected, result.Error, StringComparison.Ordinal);
    }

    private async Task<IEnumerable<string>> PathsAsync(string command) =>
        (await RunAsync(command)).Json["items"]!.AsArray().Select(item => (string)item!["path"]!);

    private static (int ExitCode, string Output) Printed(CommandResult result) => (result.ExitCode, result.Output);
}
