using Mirror.Tests.Cli;
using Mirror.Tests.Hosting;

namespace Mirror.Tests.Features.Accounts;

public sealed class UserCommandTests
{
    [Fact]
    public async Task User_CreatedListedResetAndDeleted_ThroughCommands()
    {
        await using var server = await MirrorServer.StartAsync();

        var created = await CommandLine.RunAsync(server, "user", "create", "alice", "--admin", "--json");
        var list = await CommandLine.RunAsync(server, "user", "list");
        var reset = await CommandLine.RunAsync(server, "user", "reset-password", "alice");
        var asked = await CommandLine.RunAsync(server, "user", "delete", "alice");
        var deleted = await CommandLine.RunAsync(server, "user", "delete", "alice", "--yes");
        var empty = await CommandLine.RunAsync(server, "user", "list");

        Assert.Equal(20, ((string)created.Json["password"]!).Length);
        Assert.Matches("(?m)^alice +yes +password +never +temporary password$", list.Output);
        Assert.Matches(
            "^The user alice has a new password. Password \\(shown only once; must be changed at the next sign-in\\):\n[A-Za-z2-9]{20}\n$",
            reset.Output);
        Assert.Equal(2, asked.ExitCode);
        Assert.Equal("Deleted the user alice.\n", deleted.Output);
        Assert.Equal("No users.\n", empty.Output);
    }

    [Fact]
    public async Task User_WithAnInvalidName_IsAUsageError()
    {
        var result = await CommandLine.RunAsync("user", "create", "a/b");

        Assert.Equal(2, result.ExitCode);
        Assert.Contains("'a/b' is not a user name", result.Error, StringComparison.Ordinal);
    }
}
