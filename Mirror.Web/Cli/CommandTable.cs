namespace Mirror.Web.Cli;

/// <summary>
/// Columns as wide as what is in them, two spaces between; fit for people and for awk. Where that is wider than a terminal,
/// columns that can be spared are left out, and the widest made narrower, with their cells going on in the lines below.
/// </summary>
internal static class CommandTable
{
    private const int Gap = 2;
    private const int Narrowest = 8;

    /// <summary>Where words, parts of lists and parts of addresses end.</summary>
    private static readonly char[] Breaks = [' ', ',', '/'];

    /// <param name="width">Of the terminal; null: as wide as it takes.</param>
    /// <param name="spare">The headers of columns that can be left out, the first of them first.</param>
    public static IEnumerable<string> Lines(
        IReadOnlyList<string> header, IEnumerable<IReadOnlyList<string>> rows, int? width, params IReadOnlyList<string> spare)
    {
        List<Column> columns = [.. Columns(header, [.. rows])];
        if (width is { } available)
        {
            foreach (string name in spare)
            {
                if (Total(columns, column => column.Whole) > available)
                {
                    columns.RemoveAll(column => column.Cells[0] == name);
                }
            }

            Narrow(columns, available, column => column.Whole);
            Narrow(columns, available, _ => Narrowest);
        }

        return Enumerable.Range(0, columns[0].Cells.Count).SelectMany(row => Row(columns, row));
    }

    private static IEnumerable<Column> Columns(IReadOnlyList<string> header, IReadOnlyList<IReadOnlyList<string>> rows) =>
        header.Select((name, index) => new Column([name, .. rows.Select(row => row[index])]));

    private static int Total(List<Column> columns, Func<Column, int> width) => columns.Sum(width) + (Gap * (columns.Count - 1));

    /// <summary>The widest first, one character after the other, as long as there is one wider than the least it may be.</summary>
    private static void Narrow(List<Column> columns, int available, Func<Column, int> least)
    {
        while (Total(columns, column => column.Width) > available
            && columns.Where(column => column.Width > least(column)).MaxBy(column => column.Width) is { } widest)
        {
            widest.Width--;
        }
    }

    private static IEnumerable<string> Row(List<Column> columns, int row)
    {
        var cells = columns.Select(column => Fold(column.Cells[row], column.Width).ToList()).ToList();
        for (int line = 0; line < cells.Max(cell => cell.Count); line++)
        {
            var parts = cells.Select((cell, index) => (line < cell.Count ? cell[line] : "").PadRight(columns[index].Width));
            yield return string.Join(new string(' ', Gap), parts).TrimEnd();
        }
    }

    private static IEnumerable<string> Fold(string cell, int width)
    {
        while (cell.Length > width)
        {
            int end = cell[width] == ' ' ? width : cell.LastIndexOfAny(Breaks, width - 1) is > 0 and var found ? found + 1 : width;
            yield return cell[..end].TrimEnd();
            cell = cell[end..].TrimStart();
        }

        yield return cell;
    }

    private sealed class Column
    {
        public Column(IReadOnlyList<string> cells)
        {
            Cells = cells;
            Width = cells.Max(cell => cell.Length);
            Whole = cells.Max(LongestPart);
        }

        /// <summary>The header first.</summary>
        public IReadOnlyList<string> Cells { get; }

        public int Width { get; set; }

        /// <summary>What it takes to break no part in two.</summary>
        public int Whole { get; }

        private static int LongestPart(string cell)
        {
            int longest = 0, begin = 0;
            while (begin < cell.Length)
            {
                int found = cell.IndexOfAny(Breaks, begin);
                int end = found < 0 ? cell.Length : cell[found] == ' ' ? found : found + 1;
                longest = Math.Max(longest, end - begin);
                begin = found < 0 ? cell.Length : found + 1;
            }

            return longest;
        }
    }
}
