namespace Mirror.Web.Commands;

/// <summary>
/// Columns as wide as what is in them, two spaces between; fit for people and for awk. Where they are wider than a terminal,
/// the widest are made narrower and their cells go on in the lines below.
/// </summary>
internal static class CommandTable
{
    private const int Gap = 2;
    private const int Narrowest = 8;

    /// <param name="width">Of the terminal; null: as wide as it takes.</param>
    public static IEnumerable<string> Lines(IReadOnlyList<string> header, IEnumerable<IReadOnlyList<string>> rows, int? width)
    {
        List<IReadOnlyList<string>> all = [header, .. rows];
        int[] widths = [.. header.Select((_, column) => all.Max(row => row[column].Length))];
        if (width is { } available)
        {
            Narrow(widths, available - (Gap * (widths.Length - 1)));
        }

        return all.SelectMany(row => Row(row, widths));
    }

    private static void Narrow(int[] widths, int available)
    {
        while (widths.Sum() > available && widths.Max() > Narrowest)
        {
            widths[Array.IndexOf(widths, widths.Max())]--;
        }
    }

    private static IEnumerable<string> Row(IReadOnlyList<string> row, int[] widths)
    {
        List<string>[] cells = [.. row.Select((cell, column) => Fold(cell, widths[column]).ToList())];
        for (int line = 0; line < cells.Max(cell => cell.Count); line++)
        {
            yield return string.Join(new string(' ', Gap), cells.Select((cell, column) => cell.ElementAtOrDefault(line, "").PadRight(widths[column]))).TrimEnd();
        }
    }

    /// <summary>Broken where words, parts of lists and parts of addresses end, else anywhere.</summary>
    private static IEnumerable<string> Fold(string cell, int width)
    {
        while (cell.Length > width)
        {
            int end = cell.LastIndexOfAny([' ', ',', '/'], width - 1) is > 0 and var found ? found + 1 : width;
            yield return cell[..end].TrimEnd();
            cell = cell[end..];
        }

        yield return cell;
    }

    private static string ElementAtOrDefault(this List<string> list, int index, string otherwise) => index < list.Count ? list[index] : otherwise;
}
