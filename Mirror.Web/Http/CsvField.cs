namespace Mirror.Web.Http;

/// <summary>A field of CSV (RFC 4180).</summary>
internal static class CsvField
{
    /// <summary>Quotes a field where necessary. A text that a spreadsheet would run as a formula begins with an apostrophe.</summary>
    public static string Escape(string? field)
    {
        field ??= "";
        if (field is ['=' or '+' or '-' or '@' or '\t' or '\r', ..])
        {
            field = "'" + field;
        }

        return field.AsSpan().IndexOfAny(",\"\r\n") < 0 ? field : $"\"{field.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }
}
