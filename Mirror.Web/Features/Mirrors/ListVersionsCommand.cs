using System.CommandLine;
using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Configuration;
using Mirror.Web.Cli;
using Mirror.Web.Contracts;

namespace Mirror.Web.Features.Mirrors;

/// <summary><c>mirror list-versions</c></summary>
internal sealed class ListVersionsCommand : ClientCommand
{
    private const int PageSize = 500;

    private readonly Argument<NamespacePath> _group = CommandOptions.Group();
    private readonly Option<SearchText?> _search = CommandOptions.Search("Words that must each stand in the hostname, namespace, type or version.");
    private readonly Option<VersionSort> _sort = new("--sort") { Description = "provider, version, cachedAt, lastUsedAt or size. [default: provider]", HelpName = "by", DefaultValueFactory = _ => VersionSort.Provider };
    private readonly Option<bool> _descending = new("--descending") { Description = "Sort from high to low." };
    private readonly Option<int?> _skip = CommandOptions.Number("--skip", "How many to leave out at the beginning. [default: 0]", least: 0);
    private readonly Option<int?> _take = CommandOptions.Number("--take", "How many to list at most. [default: all]", least: 1);

    public ListVersionsCommand()
        : base(
            "list-versions",
            "List the provider versions that a group mirrors.",
            "mirror list-versions default",
            "mirror list-versions default --search aws --sort cachedAt --descending --take 10",
            "mirror list-versions platform/network --json")
    {
        Add(_group);
        Add(_search);
        Add(_sort);
        Add(_descending);
        Add(_skip);
        Add(_take);
        AddCommonOptions();
    }

    protected override async Task<int> RunAsync(MirrorClient client, ParseResult arguments, CommandOutput output, CancellationToken cancellationToken)
    {
        var list = await ListAsync(client, arguments, cancellationToken);
        if (output.IsJson)
        {
            output.Json(list);
        }
        else if (list.Total == 0)
        {
            output.Line("No versions are stored.");
        }
        else
        {
            output.Table(
                ["PROVIDER", "VERSION", "PLATFORMS", "SIZE", "TRUST", "SIGNED BY", "CACHED (UTC)", "BY"],
                list.Items.Select(item => (string[])[
                    CommandText.Address(item.Provider),
                    item.Version,
                    string.Join(',', item.Platforms),
                    Quantity.FormatSize(item.Size),
                    CommandText.Word(item.Trust),
                    item.SignedBy ?? "-",
                    CommandText.Time(item.CachedAt),
                    CommandText.By(item.CachedBy)]),
                "SIGNED BY");
        }

        return ExitCodes.Success;
    }

    private async Task<VersionListDocument> ListAsync(MirrorClient client, ParseResult arguments, CancellationToken cancellationToken)
    {
        int wanted = arguments.GetValue(_take) ?? int.MaxValue;
        var query = new VersionQuery(arguments.GetValue(_search), arguments.GetValue(_sort), arguments.GetValue(_descending), arguments.GetValue(_skip) ?? 0);
        var items = new List<VersionListItem>();
        while (true)
        {
            var page = await client.ListVersionsAsync(
                arguments.GetRequiredValue(_group), query with { Skip = query.Skip + items.Count, Take = Math.Min(PageSize, wanted - items.Count) }, cancellationToken);
            items.AddRange(page.Items);
            if (page.Items.Count == 0 || items.Count >= wanted || query.Skip + items.Count >= page.Total)
            {
                return new VersionListDocument(items, page.Total);
            }
        }
    }
}
