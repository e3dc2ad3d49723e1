using Microsoft.Extensions.Primitives;
using Mirror.Core.Fetching.Documents;

namespace Mirror.Web.Ui.StaticFiles;

/// <summary>A script, style sheet or image of the UI.</summary>
/// <param name="Path">As in components, such as <c>assets/theme.css</c>.</param>
/// <param name="Content">The bytes, ready to be sent.</param>
internal sealed record EmbeddedFile(string Path, StringValues ContentType, ReadyDocument Content)
{
    private const int FingerprintLength = 10;

    /// <summary>The path with a part of the content's hash before the extension, so that it can be cached indefinitely.</summary>
    public string FingerprintedPath { get; } =
        $"{Path[..^System.IO.Path.GetExtension(Path).Length]}.{Content.ETag.AsSpan(1, FingerprintLength)}{System.IO.Path.GetExtension(Path)}";

    public static EmbeddedFile Create(string path, Stream content)
    {
        byte[] bytes = new byte[content.Length];
        content.ReadExactly(bytes);
        return new EmbeddedFile(path, ContentTypeOf(path), new ReadyDocument(bytes));
    }

    private static string ContentTypeOf(string path) => System.IO.Path.GetExtension(path) switch
    {
        ".css" => "text/css; charset=utf-8",
        ".js" => "text/javascript; charset=utf-8",
        ".svg" => "image/svg+xml",
        var other => throw new InvalidOperationException($"'{path}' is embedded, but the media type of '{other}' is unknown."),
    };
}
