using System.CommandLine;
using System.CommandLine.Parsing;
using Mirror.Core.Catalog;
using Mirror.Core.Configuration;
using Mirror.Core.Verification;
using Mirror.Web.Cli;

namespace Mirror.Web.Features.Search;

/// <summary><c>mirror search</c></summary>
internal static class SearchCommands
{
    private const int UsualCount = 20;

    public static ServerCommand Search()
    {
        var text = new Argument<SearchText>("text")
        {
            Description = "Words that a result must contain, such as aws, 'aws 5.100' or a fingerprint.",
            Arity = ArgumentArity.OneOrMore,
            CustomParser = CommandOptions.Parser(Parse),
        };
        var group = CommandOptions.GroupPath();
        var take = CommandOptions.Number("--take", $"The maximum number of results of each kind. [default: {UsualCount}]", least: 1);
        return new ServerCommand(
            "search",
            "Search the mirror of a group. Finds providers and their versions, modules, and signing keys.",
            "mirror search aws",
            "mirror search aws 5.100 --group-path platform",
            "mirror search HashiCorp --json") { text, take, group }
            .Runs(async (client, call) =>
            {
                var found = await client.SearchAsync(call.Get(group), call.Get(text), call.Get(take) ?? UsualCount, call.Stop);
                call.PrintTable(
                    found,
                    Rows(found),
                    $"Nothing in {call.Get(group)} matches '{call.Get(text)}'.",
                    new("KIND", row => row.Kind),
                    new("NAME", row => row.Name, Folds: true),
                    new("NEWEST", row => row.Version),
                    new("DETAILS", row => row.Details, Folds: true));
                if (!call.Output.IsJson && Rest(found) is > 0 and var rest)
                {
                    call.Output.Error($"{CommandText.Count(rest, "more result")}; use --take to show more.");
                }

                return ExitCodes.Success;
            });
    }

    private static SearchText Parse(ArgumentResult result) =>
        SearchText.Parse(string.Join(' ', result.Tokens.Select(token => token.Value)));

    private static string Hidden(PolicyBlock? newest) => newest switch
    {
        null => "",
        { RevokedKey: null } => ", the newest hidden by policy",
        _ => ", the newest withheld",
    };

    private static IEnumerable<Row> Rows(SearchResults found) =>
    [
        .. found.Providers.Items.Select(item => new Row(
            "provider", item.Provider.Display, item.Newest.Value,
            $"{CommandText.Count(item.Versions, "version")}, {Quantity.FormatSize(item.Size)}{Hidden(item.NewestBlockedBy)}")),
        .. found.Modules.Items.Select(item => new Row(
            "module", item.Module.Display, item.Newest.Value, $"{CommandText.Count(item.Versions, "version")}, {Quantity.FormatSize(item.Size)}")),
        .. found.Keys.Items.GroupBy(item => item.Fingerprint).Select(key => new Row(
            "key", key.Key, "-", $"{key.First().Owner ?? "no owner"}, signs {Providers([.. key])}")),
    ];

    private static string Providers(IReadOnlyList<SeenSigningKey> uses) =>
        uses.Count == 1 ? uses[0].Provider.Display : CommandText.Count(uses.Count, "provider");

    private static int Rest(SearchResults found) =>
        found.Providers.Total - found.Providers.Items.Count
        + found.Modules.Total - found.Modules.Items.Count
        + found.Keys.Total - found.Keys.Items.Count;

    private sealed record Row(string Kind, string Name, string Version, string Details);
}
