using System.IO.Compression;
using System.Text;

namespace Mirror.Tests.Importing;

/// <summary>Small provider packages.</summary>
public static class ProviderZip
{
    /// <summary>Creates a package whose executable has the given content.</summary>
    public static byte[] Make(string type, string content = "#!/bin/sh\n") =>
        MakeOf(($"terraform-provider-{type}_v1.0.0", content), ("LICENSE.txt", "free"));

    /// <summary>
    /// Creates a package larger than <paramref name="size"/> whose executable is stored uncompressed, because compression would take most
    /// of a test's time.
    /// </summary>
    public static byte[] MakeLarge(string type, int size)
    {
        using var bytes = new MemoryStream(size + 4096);
        using (var zip = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            using var entry = zip.CreateEntry($"terraform-provider-{type}_v1.0.0", CompressionLevel.NoCompression).Open();
            entry.Write(new byte[size]);
        }

        return bytes.ToArray();
    }

    public static byte[] MakeOf(params (string Name, string Content)[] files)
    {
        using var bytes = new MemoryStream();
        using (var zip = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, content) in files)
            {
                var created = zip.CreateEntry(name);
                created.LastWriteTime = new DateTimeOffset(1980, 1, 1, 0, 0, 0, TimeSpan.Zero); // The same bytes in every run.
                using var entry = created.Open();
                entry.Write(Encoding.UTF8.GetBytes(content));
            }
        }

        return bytes.ToArray();
    }
}
