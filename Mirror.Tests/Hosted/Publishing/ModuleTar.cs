using System.IO.Compression;
using Mirror.Tests.Storage.Archives;

namespace Mirror.Tests.Hosted.Publishing;

/// <summary>A module as a tar.gz archive, which may break any rule.</summary>
internal static class ModuleTar
{
    public static byte[] Make(params (string Name, string Content)[] files) =>
        Make([.. files.Select(file => new RawTar.Entry(file.Name, file.Content))]);

    public static byte[] Make(params RawTar.Entry[] entries) => Compress(RawTar.Make(entries));

    public static byte[] Compress(byte[] tar)
    {
        var archive = new MemoryStream();
        using (var gzip = new GZipStream(archive, CompressionLevel.Optimal, leaveOpen: true))
        {
            gzip.Write(tar);
        }

        return archive.ToArray();
    }
}
