using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using Mirror.Core.Addresses;

namespace Mirror.Tests.Origin;

/// <summary>One package of a fake version, with its expected hashes.</summary>
public sealed class FakePackage
{
    private readonly Lazy<string> _contentHash;
    private readonly Lazy<string> _entityTag;

    internal FakePackage(Platform platform, string fileName, byte[] content, Sha256Digest digest)
    {
        Platform = platform;
        FileName = fileName;
        Content = content;
        Digest = digest;
        _contentHash = new(() => HashContent(content));
        _entityTag = new(() => OriginResponse.TagOf(content));
    }

    public Platform Platform { get; }

    public string FileName { get; }

    /// <summary>The bytes that the origin sends; empty if a replayed SHA256SUMS lists a package that does not exist.</summary>
    public byte[] Content { get; }

    /// <summary>The SHA-256 in SHA256SUMS and the download document.</summary>
    public Sha256Digest Digest { get; }

    /// <summary>The <c>zh:…</c> hash in documents.</summary>
    public string ZipHash => "zh:" + Digest.Hex;

    /// <summary>The <c>h1:…</c> hash of the archive, computed independently of the product.</summary>
    public string ContentHash => _contentHash.Value;

    internal string EntityTag => _entityTag.Value;

    // https://pkg.go.dev/golang.org/x/mod/sumdb/dirhash#DirHash, with directory entries as empty files.
    private static string HashContent(byte[] zip)
    {
        using var archive = new ZipArchive(new MemoryStream(zip));
        var lines = archive.Entries.OrderBy(entry => entry.FullName, StringComparer.Ordinal).Select(entry =>
        {
            using var stream = entry.Open();
            return $"{Convert.ToHexStringLower(SHA256.HashData(stream))}  {entry.FullName}\n";
        });
        return "h1:" + Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(string.Concat(lines))));
    }
}
