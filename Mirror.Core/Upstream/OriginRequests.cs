using System.Net.Http.Headers;

namespace Mirror.Core.Upstream;

/// <summary>A request for a document.</summary>
/// <param name="Token">Sent only to the exact scheme, host and port of <paramref name="Url"/>, even after a redirect.</param>
/// <param name="ETag">The cached document's ETag; an unchanged document is not transferred again.</param>
/// <param name="MaxLength">Bytes, after decompression.</param>
public sealed record DocumentRequest(Uri Url, string? Token, string? ETag, long MaxLength, bool IsJson)
{
    /// <summary>The token in the form that the origin expects.</summary>
    internal AuthenticationHeaderValue? Authorization { get; init; } = Token is null ? null : new AuthenticationHeaderValue("Bearer", Token);

    /// <summary>Redirects to another scheme, host or port are refused.</summary>
    internal bool StaysAtOrigin { get; init; }

    /// <summary>Consumes the body as a stream instead of <see cref="OriginDocument.Body"/>; called once per attempt.</summary>
    internal Func<Stream, CancellationToken, Task>? ConsumeAsync { get; init; }
}

/// <param name="Body">Null if unchanged since the ETag, or consumed as a stream.</param>
/// <param name="Url">The final URL after redirects, the base of relative URLs in the document.</param>
public sealed record OriginDocument(byte[]? Body, string? ETag, Uri Url)
{
    /// <summary>The header <c>X-Terraform-Get</c>, which module registries send.</summary>
    public string? ModuleLocation { get; init; }
}

/// <summary>A package download in progress; disposing it closes the connection.</summary>
/// <param name="Content">The content, decoded if the origin compresses it.</param>
/// <param name="Offset">The position in the package where the content starts: 0 if the origin cannot resume.</param>
/// <param name="Length">The length of the whole package, if the origin states it.</param>
public sealed record OriginDownload(HttpResponseMessage Response, Stream Content, long Offset, long? Length, string? ETag) : IDisposable
{
    /// <summary>The content is decoded, so the origin's ranges do not apply to the package.</summary>
    public bool IsEncoded { get; init; }

    /// <summary>The media type is HTML. Static file servers send any media type for archives, so only the content is reliable.</summary>
    public bool IsHtml { get; init; }

    public void Dispose() => Response.Dispose();
}
