namespace Mirror.Web.Cli;

/// <summary>A cell of a table.</summary>
internal readonly record struct TableCell(string Text, Tone Tone = Tone.Plain)
{
    public static implicit operator TableCell(string text) => new(text);
}

/// <summary>The header of a column.</summary>
/// <param name="Spare">A narrow terminal omits the column; of several, the first ones first.</param>
/// <param name="Folds">A narrow terminal continues long cells in the lines below.</param>
internal readonly record struct TableHeader(string Text, bool Spare = false, bool Folds = false)
{
    public static implicit operator TableHeader(string text) => new(text);
}

/// <summary>
/// Columns as wide as their cells, two spaces apart; for a reader and for awk. If that is wider than the terminal, columns that can be
/// spared are omitted, and the widest ones are made narrower.
/// </summary>
internal static class CommandTable
{
    private const int Gap = 2;
    private const int Narrowest = 8;

    /// <summary>The ends of words, and of parts of lists and addresses.</summary>
    private static readonly char[] Breaks = [' ', ',', '/'];

    /// <summary>The ends of parts of words, if a word does not fit.</summary>
    private static readonly char[] BreaksInWords = ['.', '-', '_', ':', '='];

    /// <param name="width">Of the terminal; null: any width.</param>
    /// <param name="isColored">Whether the terminal shows the tones of the cells.</param>
    public static IEnumerable<string> Lines(
        IReadOnlyList<TableHeader> header, IEnumerable<IReadOnlyList<TableCell>> rows, int? width, bool isColored = false)
    {
        List<Column> columns = [.. Columns(header, [.. rows])];
        if (width is { } available)
        {
            while (Total(columns, column => column.Whole) > available && columns.Find(column => column.Header.Spare) is { } spare)
            {
                columns.Remove(spare);
            }

            Narrow(columns, available, column => column.Whole);
            Narrow(columns, available, column => column.Header.Folds ? Narrowest : column.Whole);
            Narrow(columns, available, _ => Narrowest);
        }

        return Enumerable.Range(0, columns[0].Cells.Count).SelectMany(row => Row(columns, row, isColored));
    }

    private static IEnumerable<Column> Columns(IReadOnlyList<TableHeader> header, IReadOnlyList<IReadOnlyList<TableCell>> rows) =>
        header.Select((column, index) => new Column(column, [.. rows.Select(row => row[index])]));

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

    private static IEnumerable<string> Row(List<Column> columns, int row, bool isColored)
    {
        var cells = columns.Select(column => Fold(column.Cells[row].Text, column.Width).ToList()).ToList();
        for (int line = 0; line < cells.Max(cell => cell.Count); line++)
        {
            var parts = columns.Select((column, index) =>
            {
                string part = line < cells[index].Count ? cells[index][line] : "";
                return (isColored ? column.Cells[row].Tone.Paint(part) : part) + new string(' ', column.Width - part.Length);
            });
            yield return string.Join(new string(' ', Gap), parts).TrimEnd();
        }
    }

    private static IEnumerable<string> Fold(string cell, int width)
    {
        while (cell.Length > width)
        {
            int end = cell[width] == ' ' ? width
                : cell.LastIndexOfAny(Breaks, width - 1) is > 0 and var found ? found + 1
                : cell.LastIndexOfAny(BreaksInWords, width - 1) is > 0 and var inner ? inner + 1
                : width;
            yield return cell[..end].TrimEnd();
            cell = cell[end..].TrimStart();
        }

        yield return cell;
    }

    private sealed class Column
    {
        public Column(TableHeader header, IReadOnlyList<TableCell> cells)
        {
            Header = header;
            Cells = [new(header.Text, Tone.Heading), .. cells];
            Width = Cells.Max(cell => cell.Text.Length);
            Whole = header.Folds ? Cells.Max(cell => cell.Tone == Tone.Heading ? cell.Text.Length : LongestPart(cell.Text)) : Width;
        }

        public TableHeader Header { get; }

        /// <summary>The header first.</summary>
        public IReadOnlyList<TableCell> Cells { get; }

        public int Width { get; set; }

        /// <summary>The least width: of a column that folds, it breaks no part in two.</summary>
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
