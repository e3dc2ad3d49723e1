using System.IO.Compression;
using Mirror.Core.Addresses;

namespace Mirror.Core.Fetching.Documents;

/// <summary>A document ready to be sent, with its gzip form and entity tags.</summary>
public sealed class ReadyDocument
{
    public ReadyDocument(byte[] body)
    {
        Body = body;
        string digest = Sha256Digest.Of(body).Hex[..32];
        ETag = $"\"{digest}\"";
        GzipETag = $"\"{digest}-gzip\"";
        using var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.Optimal))
        {
            gzip.Write(body);
        }

        Gzip = compressed.ToArray();
    }

    public byte[] Body { get; }

    public byte[] Gzip { get; }

    /// <summary>A strong entity tag: equal tags mean equal bytes.</summary>
    public string ETag { get; }

    public string GzipETag { get; }

    /// <summary>The approximate memory use in bytes.</summary>
    public int Size => Body.Length + Gzip.Length + 512;
}
