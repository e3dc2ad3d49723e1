using System.IO.Compression;
using System.Text;
using Mirror.Core.Addresses;

namespace Mirror.Web.Hosting.Demo;

/// <summary>
/// A provider package for one platform, created in memory. The same inputs give the same bytes. Its program is a script that prints a
/// message: <c>terraform init</c> installs a provider without running it.
/// </summary>
public sealed class ExamplePackage
{
    // S_IFREG | 0755, S_IFREG | 0644 and S_IFDIR | 0755 in the upper half of the external attributes.
    private const int ExecutableAttributes = unchecked((int)(0x81EDu << 16));
    private const int FileAttributes = unchecked((int)(0x81A4u << 16));
    private const int DirectoryAttributes = unchecked((int)(0x41EDu << 16));

    private static readonly DateTimeOffset EntryTime = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private ExamplePackage(PackageFileName name, string fileName, byte[] content)
    {
        Name = name;
        FileName = fileName;
        Content = content;
        Digest = Sha256Digest.Of(content);
    }

    /// <summary>The type, version and platform of the package.</summary>
    public PackageFileName Name { get; }

    public Platform Platform => Name.Platform;

    /// <summary>The name in SHA256SUMS and the download document; by default the conventional one.</summary>
    public string FileName { get; }

    /// <summary>The zip archive.</summary>
    public byte[] Content { get; }

    public Sha256Digest Digest { get; }

    /// <param name="name">The type, version and platform.</param>
    /// <param name="description">A description of the provider, for the files in the package.</param>
    /// <param name="minimumSize">Adds incompressible bytes until the archive has at least this size.</param>
    /// <param name="fileName">A file name other than the conventional one.</param>
    /// <param name="extraEntry">Adds an entry of this name, such as <c>docs/</c>, which can change the <c>h1:</c> of the archive but not of
    /// its unpacked files.</param>
    public static ExamplePackage Create(
        PackageFileName name, string description, long minimumSize = 0, string? fileName = null, string? extraEntry = null)
    {
        var buffer = new MemoryStream(checked((int)minimumSize + 4096));
        using (var archive = new ZipArchive(buffer, ZipArchiveMode.Create, leaveOpen: true))
        {
            string program = $"terraform-provider-{name.Type}_v{name.Version}{(name.Platform.Os == "windows" ? ".exe" : "")}";
            Add(archive, "LICENSE.txt", FileAttributes, "An example created by Mirror. Use it as you like.\n");
            Add(archive, "README.md", FileAttributes, $"# terraform-provider-{name.Type}\n\n{description}\n");
            Add(archive, program, ExecutableAttributes, Script(name, description));
            if (extraEntry?.EndsWith('/') == true)
            {
                AddEntry(archive, extraEntry, DirectoryAttributes);
                Add(archive, extraEntry + "index.md", FileAttributes, $"# {name.Type}\n");
            }
            else if (extraEntry is not null)
            {
                Add(archive, extraEntry, FileAttributes, $"{name.Type}\n");
            }

            if (minimumSize > 0)
            {
                AddPadding(archive, minimumSize, name.ToString());
            }
        }

        return new ExamplePackage(name, fileName ?? name.ToString(), buffer.ToArray());
    }

    private static string Script(PackageFileName name, string description) =>
        $"""
        #!/bin/sh
        # {description}
        echo 'terraform-provider-{name.Type} {name.Version} ({name.Platform.Display}) is an example that can be installed but not run.' >&2
        exit 1

        """.ReplaceLineEndings("\n");

    private static void Add(ZipArchive archive, string name, int attributes, string text)
    {
        using var stream = AddEntry(archive, name, attributes).Open();
        stream.Write(Encoding.UTF8.GetBytes(text));
    }

    private static ZipArchiveEntry AddEntry(
        ZipArchive archive, string name, int attributes, CompressionLevel level = CompressionLevel.Optimal)
    {
        var entry = archive.CreateEntry(name, level);
        entry.LastWriteTime = EntryTime;
        entry.ExternalAttributes = attributes;
        return entry;
    }

    private static void AddPadding(ZipArchive archive, long size, string seedText)
    {
        using var stream = AddEntry(archive, "padding.bin", FileAttributes, CompressionLevel.NoCompression).Open();
        // Seeded, so that a package's bytes depend only on its name and size; no secrecy is needed.
#pragma warning disable CA5394
        var random = new Random(BitConverter.ToInt32(System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes(seedText))));
        byte[] chunk = new byte[64 * 1024];
        for (long left = size; left > 0; left -= chunk.Length)
        {
            random.NextBytes(chunk);
            stream.Write(chunk, 0, (int)Math.Min(left, chunk.Length));
        }
#pragma warning restore CA5394
    }
}
