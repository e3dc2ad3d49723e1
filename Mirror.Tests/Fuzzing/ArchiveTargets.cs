using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using Mirror.Core.Addresses;
using Mirror.Core.Importing;
using Mirror.Core.Storage;
using Mirror.Core.Storage.Archives;
using Mirror.Core.Storage.Backups;
using Mirror.Tests.Importing;
using Mirror.Tests.Storage.Archives;
using Mirror.Web.Features.Mirrors.Transfer;
using static Mirror.Tests.Fuzzing.FuzzTargets;

namespace Mirror.Tests.Fuzzing;

/// <summary>Parsers of archives and of the files in them.</summary>
internal static class ArchiveTargets
{
    private const long MaxUnpackedSize = 1 << 20;
    private const string Provider = "registry.example.com/example/hello";
    private const string Package = $"{Provider}/terraform-provider-hello_1.0.0";

    private static readonly byte[][] Zips =
    [
        ProviderZip.Make("hello"),
        RawZip.Make(
            new RawZip.Entry("terraform-provider-hello", "#!/bin/sh"),
            new RawZip.Entry("docs/") { Attributes = 0x41EDu << 16 },
            new RawZip.Entry("docs/a", new string('x', 500)) { Method = 8 }),
    ];

    private static readonly byte[][] Tars =
    [
        RawTar.Make(
            new RawTar.Entry("a", "content"),
            new RawTar.Entry("b", new string('x', 600)) { Extended = "14 path=longb\n" },
            new RawTar.Entry("d/") { Kind = '5' }),
        RawTar.Make(
            new RawTar.Entry(
                Package + "_linux_amd64.zip",
                Zips[0]), new RawTar.Entry(Package + "_SHA256SUMS", "sums"), new RawTar.Entry(Package + "_proof.json", "{}"),
            new RawTar.Entry(MirrorBundle.EndName, """{"version":1,"through":"2026-11-21T00:00:00Z"}""")),
        RawTar.Make(
            new RawTar.Entry("packages/sha256/ab/ab", "x"),
            new RawTar.Entry("tls/ca.pem", "x"),
            new RawTar.Entry("mirror.db", "x"),
            new RawTar.Entry("mirror-backup-is-whole")),
    ];

    // A tar header has a checksum, which a mutation would invalidate. This number marks it, and the checksum is recomputed.
    private static readonly string[] TarWords =
        ["ustar\0" + "00", "ustar  \0", "11 path=a\n", "20 size=99999999999\n", "0000644\0", "00000000010\0", "\0\0\0\0\0\0\0\0"];

    public static IReadOnlyList<FuzzTarget> All { get; } =
    [
        // Unpacking allocates buffers for each entry.
        new FuzzTarget(
            "zip",
            Zips,
            ["PK\u0001\u0002", "PK\u0003\u0004", "PK\u0005\u0006", "PK\u0006\u0006", "PK\u0006\u0007", "../", "/", "\\"],
            ReadZip) { Allocation = (16 << 20, 4000) },
        new FuzzTarget("tar", Tars, TarWords, bytes => ReadTar(bytes)),
        new FuzzTarget("bundle", Tars, [.. TarWords, Package, MirrorBundle.EndName, "_SHA256SUMS.sig"], ReadBundle) { Rounds = 600 },
        new FuzzTarget(
            "backup",
            Tars,
            [.. TarWords, "keys/a", "admin-token", "mirror.db"],
            bytes => InFile(
                WithValidChecksums(bytes), path => Refusal<InvalidDataException>(() => BackupContents.Read(path)) ?? "whole")) { Rounds = 600 },
        new FuzzTarget("bundle-proof", [Bytes("""{"signingKeys":[{"keyId":"A","asciiArmor":"B","trustSignature":null,"source":null,"sourceUrl":null}],"protocols":["5.0"],"files":[{"platform":"linux_amd64","fileName":"a.zip","sha256":"00"}],"unproven":[]}""")], ["{", "}", "[", "]", "null", "\"signingKeys\":", "\\ud800"], ReadProof) { Rounds = 600 },
    ];

    private static string ReadZip(byte[] bytes)
    {
        var result = PackageHasher.HashZip(new MemoryStream(bytes), MaxUnpackedSize);
        if (result is not PackageHashResult.Hashed hashed)
        {
            return ((PackageHashResult.Refused)result).Reason;
        }

        // Compares with the framework's reader, if it accepts the archive.
        if (ReferenceHash(bytes) is { } reference)
        {
            Hold(hashed.Hash == reference, "the framework reads the same files");
        }

        return "hashed";
    }

    private static PackageHash? ReferenceHash(byte[] bytes)
    {
        try
        {
            using var zip = new ZipArchive(new MemoryStream(bytes), ZipArchiveMode.Read, leaveOpen: false, Encoding.Latin1);
            var lines = new List<byte>();
            foreach (var entry in zip.Entries.OrderBy(entry => entry.FullName, StringComparer.Ordinal))
            {
                if (entry.FullName.Any(c => c > '~'))
                {
                    return null; // Its flags define the encoding of the name. Here the name is bytes.
                }

                using var content = entry.FullName.EndsWith('/') ? Stream.Null : entry.Open();
                lines.AddRange(Encoding.Latin1.GetBytes($"{Convert.ToHexStringLower(SHA256.HashData(content))}  {entry.FullName}\n"));
            }

            return PackageHash.Content(SHA256.HashData([.. lines]));
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }

    private static string ReadTar(byte[] bytes)
    {
        bytes = WithValidChecksums(bytes);
        var listing = TarDirectory.Read(new MemoryStream(bytes), "a.tar");
        foreach (var entry in listing.Entries)
        {
            Hold(entry.Content.Offset >= 0
                && entry.Content.Length >= 0
                && entry.Content.Offset <= bytes.Length - entry.Content.Length, $"'{entry.Name}' is within the archive");
        }

        if (listing.Fault is null && listing.Entries.All(entry => entry.Fault is null) && ReferenceEntries(bytes) is { } reference)
        {
            var files = listing.Entries.Where(entry => !entry.IsDirectory)
                .Select(entry => (entry.Name, Convert.ToHexString(bytes.AsSpan((int)entry.Content.Offset, (int)entry.Content.Length))))
                .ToList();
            Hold(files.SequenceEqual(reference), "the framework reads the same files");
        }

        return listing.Fault
            ?? string.Join(' ', listing.Entries.Select(entry => entry.Fault ?? (entry.IsDirectory ? "directory" : "file")).Take(6));
    }

    private static List<(string, string)>? ReferenceEntries(byte[] bytes)
    {
        var files = new List<(string, string)>();
        try
        {
            using var tar = new TarReader(new MemoryStream(bytes));
            while (tar.GetNextEntry(copyData: true) is { } entry)
            {
                if (entry.EntryType is TarEntryType.RegularFile or TarEntryType.V7RegularFile or TarEntryType.ContiguousFile
                    && !entry.Name.EndsWith('/'))
                {
                    using var content = new MemoryStream();
                    entry.DataStream?.CopyTo(content);
                    files.Add((entry.Name, Convert.ToHexString(content.ToArray())));
                }
            }

            return files;
        }
#pragma warning disable CA1031 // It throws several undocumented exceptions.
        catch (Exception)
#pragma warning restore CA1031
        {
            return null;
        }
    }

    private static string ReadBundle(byte[] bytes) => InFile(WithValidChecksums(bytes), path =>
    {
        var content = MirrorBundle.Scan(path);
        foreach (var package in content.Packages)
        {
            using var stream = package.File!.OpenRead();
            Hold(
                stream.ReadAtLeast(
                    new byte[package.File.Length], (int)package.File.Length, throwOnEndOfStream: false) == package.File.Length,
                $"{package} is within the bundle");
        }

        return $"{MirrorBundle.FindThrough(path) is not null} {content.Packages.Count > 0} {content.Proofs.Count > 0} {(content.Skipped.Count > 0 ? content.Skipped[0].Reason : "")}";
    });

    private static string ReadProof(byte[] bytes) => InFile(bytes, path =>
    {
        var files = new ProofFiles(FileSegment.Whole(path), null, FileSegment.Whole(path));
        return Refusal<InvalidDataException>(() => ProofDescription.Read(files).ToDocument(files)) ?? "read";
    });

    /// <summary>Recomputes the checksum of every header that can be found.</summary>
    private static byte[] WithValidChecksums(byte[] tar)
    {
        for (int at = 0; at + 512 <= tar.Length; at += 512)
        {
            var header = tar.AsSpan(at, 512);
            if (header[257..262].SequenceEqual("ustar"u8))
            {
                header.Slice(148, 8).Fill((byte)' ');
                int sum = 0;
                foreach (byte b in header)
                {
                    sum += b;
                }

                Encoding.ASCII.GetBytes(Convert.ToString(sum, 8).PadLeft(6, '0') + "\0 ").CopyTo(header[148..]);
            }
        }

        return tar;
    }

    private static string InFile(byte[] bytes, Func<string, string> check)
    {
        string path = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(path, bytes);
            return check(path).Replace(path, "", StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(path);
        }
    }
}
