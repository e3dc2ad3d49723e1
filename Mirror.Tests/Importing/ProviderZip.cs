using System.IO.Compression;
using System.Text;

namespace Mirror.Tests.Importing;

/// <summary>Small provider packages.</summary>
public static class ProviderZip
{
    /// <summary>A package of the type whose executable has this content.</summary>
    public static byte[] Make(string type, string content = "#!/bin/sh\n") => MakeOf(($"terraform-provider-{type}_v1.0.0", content), ("LICENSE.txt", "free"));

    public static byte[] MakeOf(params (string Name, string Content)[] files)
    {
        using var bytes = new MemoryStream();
        using (var zip = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, content) in files)
            {
                var created = zip.CreateEntry(name);
                created.LastWriteTime = new DateTimeOffset(1980, 1, 1, 0, 0, 0, TimeSpan.Zero); // The same bytes each time.
                using var entry = created.Open();
                entry.Write(Encoding.UTF8.GetBytes(content));
            }
        }

        return bytes.ToArray();
    }
}
