using System.Collections.Concurrent;
using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;

namespace Mirror.Tests.Origin;

/// <summary>A module of the origin, <c>namespace/name/system</c>.</summary>
public sealed class FakeModule
{
    private readonly ConcurrentDictionary<string, FakeModuleVersion> _versions = [];

    internal FakeModule(string name) => Name = name;

    public string Name { get; }

    public FakeModuleVersion this[string version] => _versions[version];

    /// <summary>Adds a version. By default, the origin serves its archive, a zip file with the module in the root directory.</summary>
    public FakeModule AddVersion(string version, Action<FakeModuleVersion>? setUp = null)
    {
        var added = new FakeModuleVersion(version) { Archive = FakeModuleVersion.Zip(("main.tf", Source(version))) };
        setUp?.Invoke(added);
        _versions[version] = added;
        return this;
    }

    /// <summary>A module whose output <c>version</c> contains its version.</summary>
    public static string Source(string version) => $"output \"version\" {{\n  value = \"{version}\"\n}}\n";

    internal FakeModuleVersion? Find(string version) => _versions.GetValueOrDefault(version);

    internal string ArchivePath(FakeModuleVersion version) => $"{OriginRoute.ArchivesPath}{Name}/{version.Version}/{version.FileName}";

    internal JsonObject VersionsDocument() => new()
    {
        ["modules"] = new JsonArray(new JsonObject
        {
            ["source"] = Name,
            ["versions"] = new JsonArray(
                [.. _versions.Keys.Order(StringComparer.Ordinal).Select(version => new JsonObject { ["version"] = version })]),
        }),
    };
}

public sealed class FakeModuleVersion(string version)
{
    public string Version { get; } = version;

    /// <summary>The name of the archive at the origin.</summary>
    public string FileName { get; set; } = "module.zip";

    public byte[] Archive { get; set; } = [];

    /// <summary>The text after the archive's URL in <c>X-Terraform-Get</c>: a subdirectory or a query.</summary>
    public string Suffix { get; set; } = "";

    /// <summary>The required query in archive requests: the part of <see cref="Suffix"/> that is not for the client.</summary>
    public string ExpectedQuery { get; set; } = "";

    /// <summary>An address instead of an archive of this origin; null: there is no location.</summary>
    public string? Address { get; set; }

    /// <summary>Returns the address in a document instead of a header.</summary>
    public bool InDocument { get; set; }

    public static byte[] Zip(params (string Name, string Text)[] files)
    {
        using var buffer = new MemoryStream();
        using (var archive = new ZipArchive(buffer, ZipArchiveMode.Create))
        {
            foreach (var (name, text) in files)
            {
                using var entry = archive.CreateEntry(name).Open();
                entry.Write(Encoding.UTF8.GetBytes(text));
            }
        }

        return buffer.ToArray();
    }

    public static byte[] TarGz(params (string Name, string Text)[] files)
    {
        using var buffer = new MemoryStream();
        using (var tar = new TarWriter(new GZipStream(buffer, CompressionLevel.Fastest)))
        {
            foreach (var (name, text) in files)
            {
                tar.WriteEntry(
                    new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(Encoding.UTF8.GetBytes(text)) });
            }
        }

        return buffer.ToArray();
    }
}
