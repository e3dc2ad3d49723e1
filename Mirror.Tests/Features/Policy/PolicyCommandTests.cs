using Microsoft.EntityFrameworkCore;
using Mirror.Tests.Access;
using Mirror.Tests.Cli;
using Mirror.Tests.Protocols;
using static Mirror.Tests.Protocols.MirrorWithOrigin;

namespace Mirror.Tests.Features.Policy;

public sealed class PolicyCommandTests
{
    [Fact]
    public async Task Rules_AddedAndRemoved_DecideWhatIsServed()
    {
        await using var mirror = await StartAsync();
        Task<CommandResult> RunAsync(params string[] args) => CommandLine.RunAsync(mirror.Server, args);

        var empty = await RunAsync("policy", "list");
        var denied = await RunAsync("policy", "deny", $"{Host}/example/*", "--versions", ">= 2.0", "--comment", "not yet");
        string[] without = await VersionsAsync(mirror);
        var allowed = await RunAsync("policy", "allow", "hashicorp/aws", "--json");
        int status = await StatusAsync(mirror);
        var list = await RunAsync("policy", "list", "--group-path", "default");
        var removed = await RunAsync("policy", "remove", "2");

        Assert.Equal((0, "No rules.\n"), (empty.ExitCode, empty.Output));
        Assert.Equal((0, $"Added rule 1 to default: deny {Host}/example/* >= 2.0.\n"), (denied.ExitCode, denied.Output));
        Assert.Equal(["1.1.0", "1.0.0"], without);
        Assert.Equal(
            (2, "allow", "registry.terraform.io/hashicorp/aws"),
            ((int)allowed.Json["id"]!, (string)allowed.Json["kind"]!, (string)allowed.Json["provider"]!));
        Assert.Equal(451, status);
        Assert.Matches("(?m)^ID +RULE +PROVIDER +VERSIONS +STATE +COMMENT$", list.Output);
        Assert.Matches($"(?m)^1 +deny +{Host}/example/\\* +>= 2.0 +enabled +not yet$", list.Output);
        Assert.Matches("(?m)^2 +allow +hashicorp/aws +all +enabled +-$", list.Output);
        Assert.Equal((0, "Removed rule 2 from default.\n"), (removed.ExitCode, removed.Output));
        Assert.Equal(["1.1.0", "1.0.0"], await VersionsAsync(mirror));
        Assert.Equal(
            ["policy.add", "policy.add", "policy.remove"],
            await mirror.QueryAsync(db => db.Audit.Where(row => row.Action.StartsWith("policy."))
                .OrderBy(row => row.Id)
                .Select(row => row.Action)
                .ToListAsync()));
    }

    [Fact]
    public async Task Rule_DisabledAndEnabled_IsListedAndAppliesAgain()
    {
        await using var mirror = await StartAsync();
        await CommandLine.RunAsync(mirror.Server, "policy", "deny", $"{Host}/example/*", "--versions", ">= 2.0", "--comment", "not yet");
        await CommandLine.RunAsync(mirror.Server, "policy", "deny", $"{Host}/example/other");

        var disabled = await CommandLine.RunAsync(mirror.Server, "policy", "disable", "1");
        string[] meanwhile = await VersionsAsync(mirror);
        var moved = await CommandLine.RunAsync(mirror.Server, "policy", "move", "2", "1");
        var list = (await CommandLine.RunAsync(mirror.Server, "policy", "list", "--json")).Json;
        var plan = await CommandLine.RunAsync(mirror.Server, "policy", "enable", "1", "--plan");
        string[] still = await VersionsAsync(mirror);
        var enabled = await CommandLine.RunAsync(mirror.Server, "policy", "enable", "1");

        Assert.Equal((0, "Disabled rule 1 of default.\n"), (disabled.ExitCode, disabled.Output));
        Assert.Equal(["2.0.0", "1.1.0", "1.0.0"], meanwhile);
        Assert.Equal((0, "Moved rule 2 of default.\n"), (moved.ExitCode, moved.Output));
        Assert.Equal(
            [(2, 1, true), (1, 2, false)],
            list["rules"]!.AsArray().Select(rule => ((int)rule!["id"]!, (int)rule["position"]!, (bool)rule["enabled"]!)));
        Assert.Equal("admin", (string)list["rules"]![1]!["changedBy"]!);
        Assert.Equal($"Hides 1 listed version of 1 provider.\n  {Host}/example/hello: 2.0.0\n", plan.Output);
        Assert.Equal(meanwhile, still);
        Assert.Equal((0, "Enabled rule 1 of default.\n"), (enabled.ExitCode, enabled.Output));
        Assert.Equal(["1.1.0", "1.0.0"], await VersionsAsync(mirror));
    }

    [Fact]
    public async Task Plan_OfARule_NamesWhatItWouldHideAndChangesNothing()
    {
        await using var mirror = await StartAsync();
        await mirror.Client.GetByteArrayAsync($"{Base}terraform-provider-hello_2.0.0_linux_amd64.zip");
        await mirror.WhenIdleAsync();
        string[] before = await VersionsAsync(mirror);

        var plan = await CommandLine.RunAsync(mirror.Server, "policy", "deny", $"{Host}/example/*", "--versions", ">= 1.1", "--plan");
        var allow = await CommandLine.RunAsync(mirror.Server, "policy", "allow", "acme/*", "--plan", "--json");
        var age = await CommandLine.RunAsync(mirror.Server, "policy", "age", "7d", "--plan");

        Assert.Equal(
            (0, $"Hides 1 stored version of 1 provider, and 1 listed version of 1 provider.\n  {Host}/example/hello: 2.0.0, 1.1.0\n"),
            (plan.ExitCode, plan.Output));
        Assert.Equal((1, 2), ((int)allow.Json["hidden"]!["stored"]!, (int)allow.Json["hidden"]!["listed"]!));
        Assert.Equal("Hides no known version, and makes none available.\n", age.Output);
        Assert.Equal(before, await VersionsAsync(mirror));
        Assert.Equal("No rules.\n", (await CommandLine.RunAsync(mirror.Server, "policy", "list")).Output);
    }

    [Fact]
    public async Task Age_SetAndCleared_IsListed()
    {
        await using var mirror = await StartAsync();

        var set = await CommandLine.RunAsync(mirror.Server, "policy", "age", "72h");
        var list = await CommandLine.RunAsync(mirror.Server, "policy", "list");
        var json = (await CommandLine.RunAsync(mirror.Server, "policy", "list", "--json")).Json;
        var cleared = await CommandLine.RunAsync(mirror.Server, "policy", "age", "none", "--json");

        Assert.Equal("default serves versions that are at least 72h old.\n", set.Output);
        Assert.Equal("No rules.\nMinimum release age: 3 d.\n", list.Output);
        Assert.Equal("3.00:00:00", (string)json["minimumReleaseAge"]!);
        Assert.Null(cleared.Json["minimumReleaseAge"]);
        Assert.Equal("No rules.\n", (await CommandLine.RunAsync(mirror.Server, "policy", "list")).Output);
    }

    [Fact]
    public async Task Unsigned_Allowed_HidesNoOtherProvider()
    {
        await using var mirror = await StartAsync();

        var allowed = await CommandLine.RunAsync(mirror.Server, "policy", "allow", "--unsigned", "acme/dns");

        Assert.Equal("Added rule 1 to default: allow unsigned acme/dns.\n", allowed.Output);
        Assert.Equal(3, (await VersionsAsync(mirror)).Length);
    }

    [Theory]
    [InlineData(2, "'a/b/c/d' is not a provider pattern", "policy deny a/b/c/d")]
    [InlineData(2, "'newest' is not a version constraint", "policy deny hashicorp/aws --versions newest")]
    [InlineData(2, "'soon' is not a duration", "policy age soon")]
    [InlineData(2, "'x' is not the number of a policy rule", "policy remove x")]
    [InlineData(2, "'dney' is not a command of 'mirror policy'; did you mean deny?", "policy dney hashicorp/aws")]
    [InlineData(1, "no policy rule 7", "policy remove 7")]
    [InlineData(1, "no policy rule 7", "policy remove 7 --plan")]
    [InlineData(1, "no policy rule 7", "policy disable 7")]
    [InlineData(1, "no policy rule 7", "policy move 7 1")]
    [InlineData(2, "'first' is not a place in the list", "policy move 7 first")]
    [InlineData(1, "change it at 'team'", "policy age 72h --group-path team/net")]
    public async Task Command_WithAMistake_NamesIt(int code, string expected, string command)
    {
        await using var mirror = await StartAsync();
        await mirror.Server.AddNamespacesAsync("team", "team/net");

        var result = await CommandLine.RunAsync(mirror.Server, command.Split(' '));

        Assert.Equal((code, ""), (result.ExitCode, result.Output));
        Assert.Contains(expected, result.Error, StringComparison.Ordinal);
    }

    private static async Task<string[]> VersionsAsync(MirrorWithOrigin mirror) =>
        [.. (await mirror.GetJsonAsync(Base + "index.json")).GetProperty("versions").EnumerateObject().Select(version => version.Name)
            .OrderDescending(StringComparer.Ordinal)];

    private static async Task<int> StatusAsync(MirrorWithOrigin mirror)
    {
        using var response = await mirror.Client.GetAsync(Base + "index.json");
        return (int)response.StatusCode;
    }
}
