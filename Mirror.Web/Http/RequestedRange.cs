using Microsoft.Net.Http.Headers;

namespace Mirror.Web.Http;

/// <summary>
/// The part of a package that a request asks for. Several ranges are ignored and the whole package is sent, as the RFC allows.
/// See https://www.rfc-editor.org/rfc/rfc9110#section-14.
/// </summary>
internal readonly record struct RequestedRange(long From, long Length, bool IsPartial, bool IsUnsatisfiable)
{
    public static RequestedRange Find(IHeaderDictionary headers, string? etag, long length)
    {
        var whole = new RequestedRange(0, length, false, false);
        if (headers.Range.Count == 0
            || !RangeHeaderValue.TryParse(headers.Range.ToString(), out var parsed) || parsed.Unit != "bytes" || parsed.Ranges.Count != 1
            || headers.IfRange.Count > 0 && headers.IfRange != etag)
        {
            return whole;
        }

        var range = parsed.Ranges.First();
        long from = range.From ?? Math.Max(0, length - range.To!.Value);
        long to = range.From is null ? length - 1 : Math.Min(range.To ?? length - 1, length - 1);
        return from >= length || to < from
            ? new RequestedRange(0, 0, false, IsUnsatisfiable: true)
            : new RequestedRange(from, to - from + 1, true, false);
    }
}
