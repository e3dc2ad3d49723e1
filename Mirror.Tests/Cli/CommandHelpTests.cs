using System.CommandLine;
using Mirror.Web.Cli;

namespace Mirror.Tests.Cli;

public sealed class CommandHelpTests
{
    [Fact]
    public async Task Help_OfTheExecutable_ListsCommandsByTheirFirstSentence()
    {
        var help = await CommandLine.RunAsync("--help");

        Assert.Equal((0, ""), (help.ExitCode, help.Error));
        Assert.Contains("\nUsage:\n  mirror [<command>] [options]\n", help.Output, StringComparison.Ordinal);
        Assert.Contains("\n  sync                       Fetch packages ahead of their use.\n", help.Output, StringComparison.Ordinal);
        Assert.Contains(
            "\n  terraform-provider-mirror  The commands for a server, under the name that\n                             other tools have for them.\n",
            help.Output,
            StringComparison.Ordinal);
        Assert.All(help.Output.Split('\n'), line => Assert.True(line.Length <= 80, line));
    }

    [Theory]
    [InlineData("mirror diagnose <address> [<version> [<platform>]] [options]", "diagnose")]
    [InlineData("mirror sync [<address>...] [options]", "sync")]
    [InlineData("mirror run [options] -- <command>...", "run")]
    [InlineData("mirror serve [options] [--Mirror:<key>=<value>]...", "serve")]
    [InlineData("mirror group <command> [options]", "group")]
    [InlineData("mirror service-account trust remove <path> [<name>] <number> [options]", "service-account", "trust", "remove")]
    [InlineData(
        "mirror terraform-provider-mirror delete-version <group-path> <address> <version> [options]",
        "terraform-provider-mirror",
        "delete-version")]
    public async Task Usage_OfACommand_ShowsWhatMayBeLeftOut(string expected, params string[] command)
    {
        var help = await CommandLine.RunAsync([.. command, "--help"]);

        Assert.Contains($"\nUsage:\n  {expected}\n", help.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("list-versions", "-h, -?, --help")]
    [InlineData("delete-version", "-y, --yes ")]
    [InlineData("settings", "--automatic-caching <on|off|inherit>\n")]
    [InlineData("sync", "The group or workspace. [default: default]")]
    public async Task Options_OfACommand_AreListedWithTheirValuesAndDefaults(string command, string expected)
    {
        var help = await CommandLine.RunAsync(command, "--help");

        Assert.Contains(expected, help.Output, StringComparison.Ordinal);
    }

    /// <summary>What the environment holds is told in words: the token must not get on a screen or into a log.</summary>
    [Fact]
    public void Default_ThatIsToldInWords_IsNotShown()
    {
        var token =
            new Option<string>("--token") { Description = "A token. [default: $MIRROR_TOKEN]", DefaultValueFactory = _ => "sesame" };
        var root =
            new RootCommand("A test.") { token, new Option<int>("--count") { Description = "How many.", DefaultValueFactory = _ => 50 } };

        string help = string.Join('\n', HelpText.Of(root.Parse([]).CommandResult, 80));

        Assert.DoesNotContain("sesame", help, StringComparison.Ordinal);
        Assert.Contains("--count <count>  How many. [default: 50]", help, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("<version> is missing: The version, such as 5.100.0.", "get-version", "hashicorp/aws")]
    [InlineData("<command> is missing: The command and its arguments, after --.", "run")]
    [InlineData("--take needs a value: <n>.", "list-versions", "default", "--take")]
    [InlineData("--take: 'x' is not valid; expected a number, 1 or more.", "list-versions", "default", "--take", "x")]
    [InlineData("--skip: '-1' is not valid; expected a number, 0 or more.", "list-versions", "default", "--skip", "-1")]
    [InlineData("'mirror token' says not what to do; expected one of create, list, revoke.", "token")]
    [InlineData("'make' is not a command of 'mirror token'; expected one of create, list, revoke.", "token", "make")]
    [InlineData("'frobnicate' is not a command of 'mirror'.", "frobnicate")]
    [InlineData("Argument 'tcsh' not recognized. Must be one of: 'bash', 'zsh', 'fish', 'powershell', 'pwsh'", "completion", "tcsh")]
    [InlineData(
        "'x' is not the number of a trust; expected one that 'mirror service-account trust list' shows.",
        "service-account",
        "trust",
        "remove",
        "platform/ci",
        "x")]
    [InlineData("'No.Path' is not a namespace path", "service-account", "trust", "list", "No.Path")]
    public async Task Mistake_OfUsage_IsOneLineThatNamesIt(string expected, params string[] command)
    {
        var mistake = await CommandLine.RunAsync(command);

        Assert.Equal((2, ""), (mistake.ExitCode, mistake.Output));
        string[] lines = mistake.Error.TrimEnd().Split('\n');
        Assert.Equal(2, lines.Length);
        Assert.StartsWith(expected, lines[0], StringComparison.Ordinal);
        Assert.StartsWith("Run 'mirror", lines[1], StringComparison.Ordinal);
    }
}
