using Mirror.Core.Addresses;

namespace Mirror.Core.Upstream;

/// <summary>
/// Recognizes HTML and XML by the first bytes. Static file servers send any media type, and login pages and proxies respond with
/// status 200, so only the content is reliable. No valid document or package of an origin begins like HTML or XML.
/// </summary>
internal static class Markup
{
    public static ReadOnlySpan<byte> WhiteSpace => " \t\r\n"u8;

    private static ReadOnlySpan<byte> ByteOrderMark => "\uFEFF"u8;

    public static bool Begins(ReadOnlySpan<byte> bytes)
    {
        bytes = bytes.StartsWith(ByteOrderMark) ? bytes[ByteOrderMark.Length..] : bytes;
        return bytes.TrimStart(WhiteSpace).StartsWith("<"u8);
    }

    /// <param name="expected">The expected content, such as "a JSON document".</param>
    public static Failure Refuse(Uri url, string expected) => new(
        FailureKind.InvalidAnswer,
        $"{OriginGuard.Redact(url)} responded with an HTML page instead of {expected}; check for a login page or a proxy.");
}

/// <summary>A document is a web page.</summary>
internal sealed class MarkupException : Exception;
