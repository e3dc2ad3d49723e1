using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using Mirror.E2E.Processes;

namespace Mirror.E2E.Commands;

/// <summary>
/// The commands of the executable, from its help, which is read once. Tests of every command include new commands, or fail.
/// </summary>
internal static partial class CommandTree
{
    public const string Alias = "terraform-provider-mirror";

    private static readonly Lazy<Task<IReadOnlyDictionary<string, string>>> Asked = new(AskAsync);

    /// <summary>
    /// The help texts by command, such as <c>group create</c>; the key for the executable is empty. Commands of the alias are not included.
    /// </summary>
    public static Task<IReadOnlyDictionary<string, string>> HelpAsync() => Asked.Value;

    /// <summary>The commands that perform an action, without those that only contain other commands.</summary>
    public static async Task<IReadOnlyList<string>> LeavesAsync() =>
        [.. (await HelpAsync()).Where(item => CommandsIn(item.Value).Count == 0).Select(item => item.Key).Order(StringComparer.Ordinal)];

    /// <summary>The command at the start of a command line.</summary>
    public static async Task<string> FindAsync(string line) =>
        (await LeavesAsync()).SingleOrDefault(command => line == command || line.StartsWith(command + ' ', StringComparison.Ordinal))
        ?? throw new ArgumentException($"'{line}' begins with no command.", nameof(line));

    /// <summary>The names in the section <c>Commands:</c>, or in <c>Core commands:</c> and the other topics.</summary>
    public static IReadOnlyList<string> CommandsIn(string help) =>
    [
        .. help.Split("\n\n").Where(section => section.Split('\n')[0].EndsWith("ommands:", StringComparison.Ordinal))
            .SelectMany(section => CommandName().Matches(section))
            .Select(match => match.Groups[1].Value),
    ];

    private static async Task<IReadOnlyDictionary<string, string>> AskAsync()
    {
        var texts = new ConcurrentDictionary<string, string>(StringComparer.Ordinal);
        IReadOnlyList<string> asked = [""];
        while (asked.Count > 0)
        {
            var found = new ConcurrentBag<string>();
            await Parallel.ForEachAsync(asked, new ParallelOptions { MaxDegreeOfParallelism = 2 }, async (command, _) =>
            {
                string help = await AskAsync(command);
                texts[command] = help;
                foreach (string name in command == Alias ? [] : CommandsIn(help))
                {
                    found.Add(command.Length == 0 ? name : $"{command} {name}");
                }
            });
            asked = [.. found];
        }

        return texts;
    }

    private static async Task<string> AskAsync(string command)
    {
        var help = (await MirrorExecutable.Built.RunAsync(Path.GetTempPath(), [.. command.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--help"])).AssertSuccess();
        Assert.Equal("", help.Error);
        return help.Output;
    }

    [GeneratedRegex("^  ([a-z][a-z-]*)", RegexOptions.Multiline)]
    private static partial Regex CommandName();
}
