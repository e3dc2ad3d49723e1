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
        Assert.Contains("\n  sync             Fetch packages before they are needed.\n", help.Output, StringComparison.Ordinal);
        Assert.Contains("\nCore commands:\n  serve ", help.Output, StringComparison.Ordinal);
        Assert.Contains("\n  2  Bad usage: ", help.Output, StringComparison.Ordinal);
        Assert.All(help.Output.Split('\n'), line => Assert.True(line.Length <= 80, line));
    }

    [Theory]
    [InlineData("mirror diagnose <address> [<version> [<platform>]] [options]", "diagnose")]
    [InlineData("mirror sync [<address>...] [options]", "sync")]
    [InlineData("mirror run [options] -- <command>...", "run")]
    [InlineData("mirror serve [options] [--Mirror:<key>=<value>]...", "serve")]
    [InlineData("mirror group <command> [options]", "group")]
    [InlineData("mirror service-account trust remove [<path>] <name> <number> [options]", "service-account", "trust", "remove")]
    [InlineData("mirror list-versions [<group-path>] [options]", "list-versions")]
    [InlineData(
        "mirror delete-version [<group-path>] <address> <version> [options]\n"
        + "  mirror delete-version --group-path <path> <address> <version> [options]",
        "delete-version")]
    [InlineData("mirror group delete <path> [options]\n  mirror group delete --group-path <path> [options]", "group", "delete")]
    [InlineData(
        "mirror terraform-provider-mirror get-platform <address> <version>\n      <platform> [options]",
        "terraform-provider-mirror",
        "get-platform")]
    public async Task Usage_OfACommand_ShowsOptionalParts(string expected, params string[] command)
    {
        var help = await CommandLine.RunAsync([.. command, "--help"]);

        Assert.Contains($"\nUsage:\n  {expected}\n", help.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("list-versions", "-h, -?, --help")]
    [InlineData("delete-version", "-y, --yes ")]
    [InlineData("settings", "--automatic-caching <on|off|inherit>\n")]
    [InlineData("sync", "The group or workspace. [default: default]")]
    public async Task Options_OfACommand_AreListedWithValuesAndDefaults(string command, string expected)
    {
        var help = await CommandLine.RunAsync(command, "--help");

        Assert.Contains(expected, help.Output, StringComparison.Ordinal);
    }

    /// <summary>Help must not contain values from the environment, because a token would appear on a screen or in a log.</summary>
    [Fact]
    public void Default_DescribedInWords_IsNotShown()
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
    [InlineData("'mirror token' needs a command; expected create, list or revoke.", "token")]
    [InlineData("'make' is not a command of 'mirror token'; expected create, list or revoke.", "token", "make")]
    [InlineData("'frobnicate' is not a command of 'mirror'.", "frobnicate")]
    [InlineData("'list-version' is not a command of 'mirror'; did you mean list-versions?", "list-version", "default")]
    [InlineData("'list' is not a command of 'mirror'; did you mean list-versions or list-platforms?", "list")]
    [InlineData("'crate' is not a command of 'mirror group'; did you mean create?", "group", "crate", "platform")]
    [InlineData("'--serach' is not an option of 'mirror list-versions'; did you mean --search?", "list-versions", "--serach", "aws")]
    [InlineData("'--group' is not an option of 'mirror sync'; did you mean --group-path?", "sync", "--group=platform", "hashicorp/aws")]
    [InlineData("'--nonsense' is not an option of 'mirror backup'.", "backup", "--nonsense")]
    [InlineData("'--strct' is not an option of 'mirror run'; did you mean --strict?", "run", "--strct", "terraform", "init", "-upgrade")]
    [InlineData(
        "'sise' is not valid for --sort; expected provider, version, cachedAt, lastUsedAt, size, trust, platforms or cachedBy; did you mean size?",
        "list-versions",
        "--sort",
        "sise")]
    [InlineData(
        "'onwer' is not valid for <role>; expected viewer, deployer or owner; did you mean owner?", "member", "add", "alice", "onwer")]
    [InlineData("Unexpected argument '6'.", "delete-version", "team", "hashicorp/aws", "5.100.0", "6")]
    [InlineData("<group-path> is 'a' and --group-path is 'b'; expected only one of the two.", "list-versions", "a", "--group-path", "b")]
    [InlineData("'tcsh' is not valid for <shell>; expected bash, zsh, fish, powershell or pwsh.", "completion", "tcsh")]
    [InlineData(
        "'x' is not the number of a trusted issuer; expected one that 'mirror service-account trust list' shows.",
        "service-account",
        "trust",
        "remove",
        "platform/ci",
        "x")]
    [InlineData("'No.Path' is not the name of a service account", "service-account", "trust", "list", "No.Path")]
    [InlineData("--json: 'maybe' is not valid; expected --json alone, or true or false after it.", "list-versions", "--json=maybe")]
    [InlineData("-y: '' is not valid; expected -y alone", "delete-version", "hashicorp/aws", "5.100.0", "-y=")]
    [InlineData("'mirror' needs a command.", "--")]
    [InlineData("--audience is missing: The audience that the remote registry expects.", "federation", "add", "registry.example.com")]
    [InlineData("--to needs a value: <connection string>.", "migrate-data", "--to=")]
    [InlineData("--to is not a connection string; expected one such as", "migrate-data", "--to", "secret")]
    [InlineData("--to is not a connection string; expected one such as", "migrate-data", "--to", "Data Source=")]
    [InlineData("'serve' is not a command of 'mirror'.", "--", "serve")]
    [InlineData("'-x' is not an option of 'mirror'.", "-x")]
    [InlineData("'a b' is not the name of a profile; expected 1 to 100 characters without spaces.", "profile", "use", "a b")]
    [InlineData("'a b' is not the name of a profile; expected 1 to 100 characters without spaces.", "status", "--profile", "a b")]
    [InlineData("'a\uFFFD[31mb' is not a namespace path", "list-versions", "a\u001b[31mb")]
    public async Task UsageError_OfACommand_IsOneLineThatNamesIt(string expected, params string[] command)
    {
        var mistake = await CommandLine.RunAsync(command);

        Assert.Equal((2, ""), (mistake.ExitCode, mistake.Output));
        string[] lines = mistake.Error.TrimEnd().Split('\n');
        Assert.Equal(2, lines.Length);
        Assert.StartsWith(expected, lines[0], StringComparison.Ordinal);
        Assert.StartsWith("Run 'mirror", lines[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task UsageError_LongValue_IsShortened()
    {
        var mistake = await CommandLine.RunAsync("list-versions", new string('a', 100_000));

        Assert.Equal(2, mistake.ExitCode);
        Assert.StartsWith($"'{new string('a', 200)}…' is not a namespace path; expected names", mistake.Error, StringComparison.Ordinal);
        Assert.InRange(mistake.Error.Length, 1, 1000);
    }

    /// <summary>A value is part of the flag: the word after the flag is an argument.</summary>
    [Theory]
    [InlineData("completion", "bash", "--no-color=false")]
    [InlineData("completion", "--no-color=TRUE", "bash")]
    public async Task Flag_WithTrueOrFalse_IsAccepted(params string[] command)
    {
        Assert.Equal(0, (await CommandLine.RunAsync(command)).ExitCode);
    }
}
