namespace Mirror.Core.Upstream;

/// <summary>A request for a document.</summary>
/// <param name="Token">Sent to exactly the scheme, host and port of <paramref name="Url"/>, also after a redirect.</param>
/// <param name="ETag">What is cached; a document that has not changed is then not sent again.</param>
/// <param name="MaxLength">Bytes, after decompression.</param>
public sealed record DocumentRequest(Uri Url, string? Token, string? ETag, long MaxLength, bool IsJson)
{
    /// <summary>Takes the body as it comes, in place of <see cref="OriginDocument.Body"/>; called once for each attempt.</summary>
    internal Func<Stream, CancellationToken, Task>? ConsumeAsync { get; init; }
}

/// <param name="Body">Null: not changed since the ETag, or consumed as it came.</param>
/// <param name="Url">Where it came from after redirects, which relative URLs in it refer to.</param>
public sealed record OriginDocument(byte[]? Body, string? ETag, Uri Url)
{
    /// <summary>The header <c>X-Terraform-Get</c>, with which module registries answer.</summary>
    public string? ModuleLocation { get; init; }
}

/// <summary>A package on its way; disposing it ends the connection.</summary>
/// <param name="Content">Decoded, where the origin compresses it on the way.</param>
/// <param name="Offset">Where in the package the content begins: 0 where the origin cannot resume.</param>
/// <param name="Length">Of the whole package, where the origin tells.</param>
public sealed record OriginDownload(HttpResponseMessage Response, Stream Content, long Offset, long? Length, string? ETag) : IDisposable
{
    /// <summary>It was decoded: the origin's ranges are not those of the package.</summary>
    public bool IsEncoded { get; init; }

    /// <summary>The origin calls it an HTML page; static file servers call archives anything, so only the content proves it.</summary>
    public bool IsHtml { get; init; }

    public void Dispose() => Response.Dispose();
}
