using System.Net.Http.Headers;
using System.Text;
using Mirror.Core.Addresses;
using Mirror.Core.Verification;
using Mirror.Tests.Importing;
using Mirror.Tests.Origin;

namespace Mirror.Tests.Hosted.Publishing;

/// <summary>The files of a release as goreleaser makes them, by name, for tests to change.</summary>
public sealed class ReleaseFiles
{
    public const string Manifest = """{"version":1,"metadata":{"protocol_versions":["6.0"]}}""";

    private readonly string _stem;
    private bool _isSigned;

    public ReleaseFiles(string type = "dns", string version = "1.0.0", params string[] platforms)
    {
        (_stem, Version) = ($"terraform-provider-{type}_{version}", version);
        foreach (string platform in platforms.DefaultIfEmpty("linux_amd64"))
        {
            Files[Zip(platform)] = ProviderZip.Make(type, $"{type} {version} {platform}");
        }

        Files[$"{_stem}_manifest.json"] = Encoding.UTF8.GetBytes(Manifest);
        Listed = Files.Keys.ToList();
        Sign = sums => TestKeys.Publisher.Sign(sums);
    }

    public string Version { get; }

    public Dictionary<string, byte[]> Files { get; } = [];

    /// <summary>The files in SHA256SUMS.</summary>
    public List<string> Listed { get; }

    public Func<byte[], byte[]> Sign { get; set; }

    public string Sums => $"{_stem}_SHA256SUMS";

    public string Signature => Sums + ".sig";

    public string ManifestName => $"{_stem}_manifest.json";

    public string Zip(string platform = "linux_amd64") => $"{_stem}_{platform}.zip";

    /// <summary>Writes and signs SHA256SUMS over the current files. Changes after it break the release.</summary>
    public ReleaseFiles Complete()
    {
        if (!_isSigned)
        {
            string sums = string.Concat(Listed.Select(name => $"{Sha256Digest.Of(Files[name]).Hex}  {name}\n"));
            Files[Sums] = Encoding.UTF8.GetBytes(sums);
            Files[Signature] = Sign(Files[Sums]);
            _isSigned = true;
        }

        return this;
    }

    public MultipartFormDataContent ToContent()
    {
        Complete();
        var content = new MultipartFormDataContent();
        foreach (var (name, bytes) in Files)
        {
            var part = new ByteArrayContent(bytes);
            part.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
            content.Add(part, "file", name);
        }

        return content;
    }

    public void WriteTo(string directory)
    {
        Directory.CreateDirectory(directory);
        foreach (var (name, bytes) in Complete().Files)
        {
            File.WriteAllBytes(Path.Combine(directory, name), bytes);
        }
    }
}
