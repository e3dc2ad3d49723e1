using System.IO.Compression;
using System.Security.Cryptography;
using Mirror.E2E.Processes;

namespace Mirror.E2E.Publishing;

/// <summary>The files of a provider version as goreleaser writes them, signed with gpg.</summary>
internal sealed class Release : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    private Release()
    {
    }

    public static IReadOnlyList<string> Platforms { get; } = ["linux_amd64", "linux_arm64", "darwin_arm64"];

    public string Path => _directory.Path;

    /// <summary>The <c>zh:</c> hashes of all packages.</summary>
    public IReadOnlyList<string> Hashes { get; private set; } = [];

    public static async Task<Release> CreateAsync(Gpg key, string type, string version)
    {
        var release = new Release();
        string stem = $"terraform-provider-{type}_{version}";
        var sums = new List<string>();
        foreach (string platform in Platforms)
        {
            sums.Add(await release.AddAsync($"{stem}_{platform}.zip", Zip(type, version, platform)));
        }

        release.Hashes = [.. sums.Select(line => "zh:" + line.Split(' ')[0])];
        sums.Add(await release.AddAsync(
            $"{stem}_manifest.json", """{ "version": 1, "metadata": { "protocol_versions": ["5.0", "6.0"] } }"""u8.ToArray()));
        string path = release._directory.Combine($"{stem}_SHA256SUMS");
        await File.WriteAllTextAsync(path, string.Concat(sums.Select(line => line + "\n")));
        await key.SignAsync(path);
        return release;
    }

    public void Dispose() => _directory.Dispose();

    /// <returns>Its line in SHA256SUMS.</returns>
    private async Task<string> AddAsync(string name, byte[] content)
    {
        await File.WriteAllBytesAsync(_directory.Combine(name), content);
        return $"{Convert.ToHexStringLower(SHA256.HashData(content))}  {name}";
    }

    private static byte[] Zip(string type, string version, string platform)
    {
        using var bytes = new MemoryStream();
        using (var zip = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            var entry = zip.CreateEntry($"terraform-provider-{type}_v{version}");
            entry.ExternalAttributes = Convert.ToInt32("100755", 8) << 16;
            using var executable = entry.Open();
            executable.Write(System.Text.Encoding.UTF8.GetBytes($"#!/bin/sh\necho {type} {version} {platform}\n"));
        }

        return bytes.ToArray();
    }
}
