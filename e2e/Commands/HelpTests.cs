namespace Mirror.E2E.Commands;

/// <summary>The help of every command of the real executable.</summary>
public sealed class HelpTests
{
    private const int Width = 80;

    /// <summary>Commands without a server and without a result.</summary>
    private static readonly string[] WithoutJson = ["serve", "completion"];

    [Fact]
    public async Task Help_OfTheExecutable_ListsItsCommands()
    {
        var help = await CommandTree.HelpAsync();

        Assert.Superset(
            new HashSet<string>([
                "serve", "sync", "run", "refresh", "diagnose", "import", "export", "list-versions", "get-version", "list-platforms",
                "delete-version", "delete-platform",
                "verify",
                "audit",
                "settings",
                "group",
                "workspace",
                "member",
                "service-account",
                "token",
                "user",
                "variable",
                "federation",
                "get-module",
                "publish",
                "unpublish",
                "registry-namespace",
                "signing-key",
                "deprecate",
                "route",
                "login",
                "logout",
                "profile",
                "status",
                "backup",
                "restore",
                "completion",
                CommandTree.Alias]),
            CommandTree.CommandsIn(help[""]).ToHashSet());
        Assert.Equal(
            [
                "sync", "list-versions", "get-version", "get-platform", "list-platforms", "list-platform-mirrors", "delete-version",
                "delete-platform",
            ],
            CommandTree.CommandsIn(help[CommandTree.Alias]));
    }

    [Fact]
    public async Task Help_OfEveryCommand_DescribesItWithExamples()
    {
        var leaves = await CommandTree.LeavesAsync();
        foreach (var (command, help) in await CommandTree.HelpAsync())
        {
            Assert.StartsWith("Description:\n  ", help, StringComparison.Ordinal);
            Assert.Contains($"Usage:\n  mirror{(command.Length == 0 ? "" : " " + command)}", help, StringComparison.Ordinal);
            if (leaves.Contains(command))
            {
                Assert.True(help.Contains("\nExamples:\n  ", StringComparison.Ordinal), $"{command} --help has no examples.");
                Assert.True(
                    help.Contains("\n  --json ", StringComparison.Ordinal) != WithoutJson.Contains(command),
                    $"{command} --help is wrong about --json.");
            }
        }
    }

    [Fact]
    public async Task Help_OfEveryCommand_FitsAndHasNoEmptySection()
    {
        foreach (var (command, help) in await CommandTree.HelpAsync())
        {
            string prose = help.Split("\nExamples:\n")[0];
            Assert.All(prose.Split('\n'), line => Assert.True(line.Length <= Width, $"{command} --help: '{line}'"));
            Assert.DoesNotContain("[, ]", prose, StringComparison.Ordinal);
            Assert.DoesNotContain("[]", prose, StringComparison.Ordinal);
            Assert.DoesNotContain("[default: ]", prose, StringComparison.Ordinal);
        }
    }
}
