using System.Globalization;
using Mirror.Core.Fetching.Documents;

namespace Mirror.Web.Protocols.Oci;

/// <summary>The tags of a repository.</summary>
/// <param name="Tags">Sorted by their bytes.</param>
/// <param name="All">The document with all of them; null if there are too many for one page.</param>
public sealed record OciTags(IReadOnlyList<string> Tags, ReadyDocument? All)
{
    /// <summary>The maximum number of tags in a document: clients accept documents up to 4 MiB.</summary>
    public const int MaxPage = 10_000;

    /// <summary>One page, and the Link header to the next one; null if it is the last one.</summary>
    /// <param name="count">The requested number of tags; null for as many as possible.</param>
    /// <param name="after">The last tag of the page before; null for the first page.</param>
    public (byte[] Body, string? Link) Page(OciRepository repository, int? count, string? after)
    {
        int size = Math.Min(count ?? MaxPage, MaxPage);
        var rest = Tags.Where(tag => after is null || string.CompareOrdinal(tag, after) > 0);
        var page = rest.Take(size).ToList();
        // At the root of the host, where clients request the protocol, even if this instance is below a path.
        string? link = page.Count == size && size > 0 && page[^1] != Tags[^1]
            ? $"</v2/{Uri.EscapeDataString(repository.Name).Replace("%2F", "/", StringComparison.Ordinal)}/tags/list?n={size.ToString(CultureInfo.InvariantCulture)}&last={Uri.EscapeDataString(page[^1])}>; rel=\"next\""
            : null;
        return (Write(repository, page), link);
    }

    public static byte[] Write(OciRepository repository, IEnumerable<string> tags) => DocumentWriter.WriteBytes(json =>
    {
        json.WriteString("name", repository.Name);
        json.WriteStartArray("tags");
        foreach (string tag in tags)
        {
            json.WriteStringValue(tag);
            DocumentWriter.Flush(json);
        }

        json.WriteEndArray();
    });
}
