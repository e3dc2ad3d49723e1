using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging;
using Mirror.Core.Configuration;
using Mirror.Web.Hosting;

namespace Mirror.Tests.Architecture;

/// <summary>
/// Operators filter by event id. Each domain has a block of 100, listed in docs/architecture.md, and each id has one meaning.
/// </summary>
public sealed partial class EventIdTests
{
    private const int BlockSize = 100;

    private static readonly List<(MethodInfo Method, int Id)> Events =
    [
        .. from assembly in new[] { typeof(MirrorOptions).Assembly, typeof(MirrorHost).Assembly }
           from type in assembly.GetTypes()
           from method in type.GetMethods(
               BindingFlags.Static | BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)
           let message = method.GetCustomAttribute<LoggerMessageAttribute>()
           where message is not null
           select (method, message.EventId),
    ];

    [Fact]
    public void Ids_OfAllEvents_AreUnique()
    {
        Assert.NotEmpty(Events);
        Assert.Empty(Events.GroupBy(each =>
            each.Id).Where(same => same.Count() > 1).Select(same => string.Join(" and ", same.Select(each => each.Method.Name))));
    }

    [Fact]
    public void Ids_OfADomain_AreInItsBlock()
    {
        var blocks = Blocks();
        var strays =
            from each in Events
            let folder = each.Method.DeclaringType!.Namespace!["Mirror.".Length..].Replace('.', '/')
            let block = blocks.Where(block => folder == block.Folder || folder.StartsWith(block.Folder + "/", StringComparison.Ordinal))
                .MaxBy(block => block.Folder.Length)
            where each.Id / BlockSize * BlockSize != block.Start
            select $"{each.Method.DeclaringType}.{each.Method.Name} has {each.Id}, {folder} has the block {block.Start}";

        Assert.Empty(strays);
    }

    [Fact]
    public void Blocks_InTheDocumentation_AreUsed() =>
        Assert.Empty(
            Blocks().Where(block => !Events.Exists(each => each.Id / BlockSize * BlockSize == block.Start)).Select(block => block.Folder));

    /// <summary>Reads the rows of the table, such as <c>| 1000 | Web/Hosting |</c>.</summary>
    private static List<(int Start, string Folder)> Blocks([CallerFilePath] string path = "")
    {
        string text = File.ReadAllText(Path.Combine(Path.GetDirectoryName(path)!, "..", "..", "docs", "architecture.md"));
        return [.. Row().Matches(text).Select(row => (int.Parse(row.Groups[1].Value, CultureInfo.InvariantCulture), row.Groups[2].Value))];
    }

    [GeneratedRegex(@"^\| (\d+) \| `Mirror\.(\S+)` \|$", RegexOptions.Multiline | RegexOptions.NonBacktracking)]
    private static partial Regex Row();
}
