namespace Mirror.Web.Cli;

/// <summary>The known name that a misspelt one was probably meant to be.</summary>
internal static class Suggestion
{
    private const int MostNames = 3;

    /// <summary>How many typing errors a name of this length may have: one in three letters, and at most three.</summary>
    private static int Tolerance(string given) => Math.Clamp(given.Length / 3, 1, 3);

    /// <summary>The end of a sentence, <c>; did you mean list-versions?</c>; empty if no known name is near.</summary>
    public static string For(string given, IEnumerable<string> known) =>
        Find(given, known) is { Count: > 0 } names ? $"; did you mean {CommandText.OneOf(names)}?" : "";

    /// <summary>The nearest of the known names, or else those that begin with what was given.</summary>
    public static IReadOnlyList<string> Find(string given, IEnumerable<string> known)
    {
        // An option of one letter is near every other one. A name that is known is not misspelt: it has another place.
        string[] names = given is ['-', not '-'] ? [] : [.. known.Where(name => name != given)];
        var near = names
            .Select(name => (Name: name, Distance: Distance(given.ToLowerInvariant(), name.ToLowerInvariant())))
            .Where(item => item.Distance <= Tolerance(given))
            .ToList();
        var nearest = near.Where(item => item.Distance == near.Min(other => other.Distance)).Select(item => item.Name);
        var longer = names.Where(name => given.TrimStart('-').Length > 1 && name.StartsWith(given, StringComparison.OrdinalIgnoreCase));
        return [.. (near.Count > 0 ? nearest : longer).Take(MostNames)];
    }

    /// <summary>How many letters to insert, remove, replace or swap with their neighbour make one text the other.</summary>
    private static int Distance(string from, string to)
    {
        // Three rows of the table of distances between the beginnings of both texts: before, above and at the letter.
        int[] before = [], above = [.. Enumerable.Range(0, to.Length + 1)];
        for (int i = 1; i <= from.Length; i++)
        {
            int[] row = new int[to.Length + 1];
            row[0] = i;
            for (int j = 1; j <= to.Length; j++)
            {
                int replaced = above[j - 1] + (from[i - 1] == to[j - 1] ? 0 : 1);
                row[j] = Math.Min(Math.Min(above[j], row[j - 1]) + 1, replaced);
                if (i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1])
                {
                    row[j] = Math.Min(row[j], before[j - 2] + 1);
                }
            }

            (before, above) = (above, row);
        }

        return above[^1];
    }
}
