using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace Mirror.Core.Addresses;

/// <summary>
/// An archive format that clients unpack, identified by file extension or by the <c>archive</c> parameter of a module address.
/// See https://developer.hashicorp.com/terraform/language/modules/sources#fetching-archives-over-http.
/// </summary>
[JsonConverter(typeof(TextValueConverter<ArchiveFormat>))]
public sealed class ArchiveFormat : ITextValue<ArchiveFormat>
{
    // Each format's magic bytes, so that an error page with the right file name is not accepted as a module, and the size of
    // an empty archive: a zip's end record, or the header and trailer of the others.
    private static readonly ArchiveFormat[] All =
    [
        new("zip", "application/zip", 22, "PK"u8.ToArray()),
        new("tar.gz", "application/gzip", 18, [0x1f, 0x8b]),
        new("tgz", "application/gzip", 18, [0x1f, 0x8b]),
        new("tar.bz2", "application/x-bzip2", 14, "BZh"u8.ToArray()),
        new("tbz2", "application/x-bzip2", 14, "BZh"u8.ToArray()),
        new("tar.xz", "application/x-xz", 32, [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00]),
        new("txz", "application/x-xz", 32, [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00]),
    ];

    private readonly byte[] _begin;

    private ArchiveFormat(string extension, string mediaType, int minimumLength, byte[] begin) =>
        (Extension, MediaType, MinimumLength, _begin) = (extension, mediaType, minimumLength, begin);

    /// <summary>The file extension, without the leading dot.</summary>
    public string Extension { get; }

    public string MediaType { get; }

    /// <summary>In bytes; anything shorter is not an archive of this format.</summary>
    public int MinimumLength { get; }

    /// <summary>Whether the whole archive is compressed with gzip.</summary>
    public bool IsGzip => Begins([0x1f, 0x8b]);

    public static ArchiveFormat Zip => All[0];

    public static ArchiveFormat TarGz => All[1];

    public static bool TryParse(string? extension, [NotNullWhen(true)] out ArchiveFormat? format) =>
        (format = Array.Find(All, item => item.Extension == extension)) is not null;

    public static ArchiveFormat Parse(string text) =>
        TryParse(text, out var format)
            ? format
            : throw new FormatException(
                $"'{text}' is not an archive format; expected {string.Join(", ", All.Select(item => item.Extension))}.");

    /// <summary>The format of a file name or path by its extension, or null.</summary>
    public static ArchiveFormat? FromFileName(string name) =>
        Array.Find(All, item => name.EndsWith("." + item.Extension, StringComparison.Ordinal));

    /// <summary>The format whose magic bytes a file starts with, or null.</summary>
    public static ArchiveFormat? FromHeader(ReadOnlySpan<byte> bytes)
    {
        foreach (var format in All)
        {
            if (format.Begins(bytes))
            {
                return format;
            }
        }

        return null;
    }

    /// <summary>Whether the bytes start with this format's magic bytes.</summary>
    public bool Begins(ReadOnlySpan<byte> bytes) => bytes.StartsWith(_begin);

    public override string ToString() => Extension;
}
