using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using Mirror.E2E.Processes;

namespace Mirror.E2E.Commands;

/// <summary>
/// The commands of the executable as its help tells them, asked once: what is tested of every command is tested of a new one
/// too, or the test fails.
/// </summary>
internal static partial class CommandTree
{
    public const string Alias = "terraform-provider-mirror";

    private static readonly Lazy<Task<IReadOnlyDictionary<string, string>>> Asked = new(AskAsync);

    /// <summary>
    /// Help texts by the words of the command, such as <c>group create</c>; that of the executable by none. Not those below the alias.
    /// </summary>
    public static Task<IReadOnlyDictionary<string, string>> HelpAsync() => Asked.Value;

    /// <summary>The commands that do something, not only hold others.</summary>
    public static async Task<IReadOnlyList<string>> LeavesAsync() =>
        [.. (await HelpAsync()).Where(item => CommandsIn(item.Value).Count == 0).Select(item => item.Key).Order(StringComparer.Ordinal)];

    /// <summary>Which of the commands a command line begins with.</summary>
    public static async Task<string> FindAsync(string line) =>
        (await LeavesAsync()).SingleOrDefault(command => line == command || line.StartsWith(command + ' ', StringComparison.Ordinal))
        ?? throw new ArgumentException($"'{line}' begins with no command.", nameof(line));

    /// <summary>The names below <c>Commands:</c>, or below <c>Core commands:</c> and the other topics.</summary>
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
