namespace Mirror.Web.Features.Jobs;

/// <summary>A block or setting at the top of a CLI configuration file, word for word.</summary>
/// <param name="Label">Of a block that has one.</param>
internal sealed record HclItem(string Name, string? Label, string Text)
{
    public override string ToString() => Label is null ? Name : $"{Name} \"{Label}\"";

    /// <summary>Splits a file into what stands at its top; comments in between are left out.</summary>
    /// <exception cref="FormatException">It cannot be told where something ends.</exception>
    public static IReadOnlyList<HclItem> ReadAll(string text)
    {
        var scanner = new HclScanner(text.ReplaceLineEndings("\n"));
        var items = new List<HclItem>();
        while (scanner.SkipToItem())
        {
            items.Add(scanner.ReadItem());
        }

        return items;
    }
}
