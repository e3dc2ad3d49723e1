using System.Text;
using System.Text.Json.Nodes;
using Mirror.Core.Addresses;
using Mirror.Core.Verification;
using Mirror.Web.Hosting.Demo;

namespace Mirror.Tests.Origin;

/// <summary>
/// A version at the fake origin. Its files are created at the first request for them, and again after a change. A change after that
/// simulates a publisher who replaces a release.
/// </summary>
public sealed class FakeVersion
{
    internal static readonly Platform[] DefaultPlatforms =
        [.. new[] { "linux_amd64", "linux_arm64", "darwin_arm64", "windows_amd64" }.Select(Platform.Parse)];

    private readonly Lock _lock = new();
    private readonly Dictionary<Platform, byte[]> _contents = [];
    private readonly List<Action<JsonObject>> _edits = [];
    private Platform[] _platforms = DefaultPlatforms;
    private Platform[] _listedOnly = [];
    private string[] _protocols = ["5.0"];
    private long _packageSize;
    private string? _extraEntry;
    private Func<Platform, string>? _fileName;
    private OpenPgpSigner? _signer = TestKeys.Publisher;
    private IReadOnlyList<FakeSigningKey>? _keys;
    private Func<string, string> _sumsBeforeSigning = text => text;
    private Func<byte[], byte[]> _sumsAfterSigning = bytes => bytes;
    private Func<byte[], byte[]> _signatureEdit = bytes => bytes;
    private (byte[] Sums, byte[] Signature)? _replay;
    private FakeRelease? _release;

    internal FakeVersion(FakeProvider provider, string version)
    {
        Provider = provider;
        Version = version;
    }

    public FakeProvider Provider { get; }

    public string Version { get; }

    /// <summary>SHA256SUMS as served.</summary>
    public byte[] Sha256Sums => Release.Sums;

    /// <summary>The signature as served; null for none.</summary>
    public byte[]? Signature => Release.Signature;

    /// <summary>The keys as offered.</summary>
    public IReadOnlyList<FakeSigningKey> Keys => Release.Keys;

    internal string SumsFileName => $"terraform-provider-{Provider.Type}_{Version}_SHA256SUMS";

    internal string SignatureFileName => SumsFileName + ".sig";

    internal FakeRelease Release
    {
        get
        {
            lock (_lock)
            {
                return _release ??= Build();
            }
        }
    }

    /// <summary>The package for a platform in the form <c>os_arch</c>.</summary>
    public FakePackage Package(string platform) => Release.Packages[Platform.Parse(platform)];

    /// <summary>Sets the platforms, in the form <c>os_arch</c>, instead of the four default ones.</summary>
    public FakeVersion Platforms(params string[] platforms) => Set(() => _platforms = [.. platforms.Select(Platform.Parse)]);

    /// <summary>Adds platforms to the version list that the origin does not have.</summary>
    public FakeVersion ListOnly(params string[] platforms) => Set(() => _listedOnly = [.. platforms.Select(Platform.Parse)]);

    /// <summary>Sets the plugin protocols in the version list and the download document.</summary>
    public FakeVersion Protocols(params string[] protocols) => Set(() => _protocols = protocols);

    /// <summary>Pads each package with incompressible bytes to at least this size, in memory. For a large size, use one platform.</summary>
    public FakeVersion PackageSize(long bytes) => Set(() => _packageSize = bytes);

    /// <summary>Adds a directory entry to each archive, so that it has two <c>h1:</c> hashes.</summary>
    public FakeVersion DirectoryEntries() => ExtraEntry("docs/");

    /// <summary>Adds an entry of this name to each archive.</summary>
    public FakeVersion ExtraEntry(string name) => Set(() => _extraEntry = name);

    /// <summary>Sets unconventional names for the packages.</summary>
    public FakeVersion FileNames(Func<Platform, string> fileName) => Set(() => _fileName = fileName);

    /// <summary>Serves these bytes as the package. If their SHA-256 differs from SHA256SUMS, the package is forged.</summary>
    public FakeVersion Content(string platform, byte[] content) => Set(() => _contents[Platform.Parse(platform)] = content);

    /// <summary>Signs with this key and offers it, unless <see cref="OfferKeys(OpenPgpSigner[])"/> sets other keys.</summary>
    public FakeVersion SignedBy(OpenPgpSigner signer) => Set(() => _signer = signer);

    /// <summary>Removes the key and the signature file, like some providers in OpenTofu's registry.</summary>
    public FakeVersion Unsigned() => Set(() => _signer = null);

    /// <summary>Sets the keys that the registry offers, regardless of the signing key.</summary>
    public FakeVersion OfferKeys(params OpenPgpSigner[] keys) => OfferKeys([.. keys.Select(KeyOf)]);

    /// <summary>Sets the keys that the registry offers, regardless of the signing key: invalid ones, keys of others, none.</summary>
    public FakeVersion OfferKeys(params FakeSigningKey[] keys) => Set(() => _keys = keys);

    /// <summary>Changes SHA256SUMS before it is signed.</summary>
    public FakeVersion SumsBeforeSigning(Func<string, string> change) => Set(() => _sumsBeforeSigning = change);

    /// <summary>Changes SHA256SUMS after it is signed.</summary>
    public FakeVersion SumsAfterSigning(Func<byte[], byte[]> change) => Set(() => _sumsAfterSigning = change);

    /// <summary>Adds a blank line, which crashes clients, to a correctly signed SHA256SUMS.</summary>
    public FakeVersion BlankLineInSums() => SumsBeforeSigning(text => text + "\n");

    /// <summary>Serves the signature in ASCII armor, which clients reject.</summary>
    public FakeVersion ArmoredSignature() => Set(() => _signatureEdit = OpenPgpSigner.ToArmor);

    /// <summary>
    /// Serves exactly these bytes. The platforms are those in SHA256SUMS, and packages without given content do not exist.
    /// </summary>
    public FakeVersion Replay(byte[] sums, byte[] signature, params FakeSigningKey[] keys) => Set(() =>
    {
        _replay = (sums, signature);
        _keys = keys;
        _platforms = [.. ReplayedSums(sums).Keys];
    });

    /// <summary>Changes each download document before it is sent.</summary>
    public FakeVersion EditDownload(Action<JsonObject> edit) => Set(() => _edits.Add(edit));

    /// <summary>The entry of a key in <c>signing_keys</c>.</summary>
    public static FakeSigningKey KeyOf(OpenPgpSigner signer) => new(signer.KeyId, signer.ArmoredPublicKey);

    internal JsonObject Listing() => RegistryDocuments.VersionListing(Version, _protocols, _platforms.Concat(_listedOnly));

    internal bool Lists(Platform platform) => _platforms.Contains(platform) || _listedOnly.Contains(platform);

    internal JsonObject? DownloadDocument(Platform platform, Func<string, string> urlOf, bool likeOpenTofu)
    {
        var release = Release;
        if (!release.Packages.TryGetValue(platform, out var package))
        {
            return null;
        }

        var document = RegistryDocuments.Download(
            (platform, package.FileName, package.Digest),
            _protocols,
            urlOf(package.FileName),
            urlOf(SumsFileName),
            urlOf(SignatureFileName),
            release.Keys.Select(key => RegistryDocuments.SigningKey(key.KeyId, key.AsciiArmor)));
        if (likeOpenTofu)
        {
            OpenTofuDocuments.Restyle(document, release);
        }

        foreach (var edit in Edits())
        {
            edit(document);
        }

        return document;
    }

    private static Dictionary<Platform, (string FileName, Sha256Digest Digest)> ReplayedSums(byte[] sums) =>
        Encoding.UTF8.GetString(sums).Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split("  "))
            .Where(words => PackageFileName.TryParse(words[1], out _))
            .ToDictionary(
                words => PackageFileName.TryParse(words[1], out var name) ? name.Platform : default,
                words => (words[1], Sha256Digest.Parse(words[0])));

    private Action<JsonObject>[] Edits()
    {
        lock (_lock)
        {
            return [.. _edits];
        }
    }

    private FakeVersion Set(Action change)
    {
        lock (_lock)
        {
            change();
            _release = null;
        }

        return this;
    }

    private FakeRelease Build()
    {
        if (_replay is { } replay)
        {
            var packages = ReplayedSums(replay.Sums).ToDictionary(
                line => line.Key,
                line => new FakePackage(line.Key, line.Value.FileName, _contents.GetValueOrDefault(line.Key, []), line.Value.Digest));
            return new FakeRelease(packages, replay.Sums, replay.Signature, _keys ?? []);
        }

        ExamplePackage[] made = [.. _platforms.Select(Make)];
        byte[] signedSums = Encoding.UTF8.GetBytes(_sumsBeforeSigning(Encoding.UTF8.GetString(ExampleRelease.SumsOf(made))));
        byte[]? signature = _signer is null ? null : _signatureEdit(_signer.Sign(signedSums));
        return new FakeRelease(
            made.ToDictionary(
                package => package.Platform,
                package => new FakePackage(
                    package.Platform, package.FileName, _contents.GetValueOrDefault(package.Platform, package.Content), package.Digest)),
            _sumsAfterSigning(signedSums),
            signature,
            _keys ?? (_signer is null ? [] : [KeyOf(_signer)]));
    }

    private ExamplePackage Make(Platform platform) => ExamplePackage.Create(
        new PackageFileName(Provider.Type, ProviderVersion.Parse(Version), platform),
        $"{Provider.Name} of the fake origin",
        _packageSize,
        _fileName?.Invoke(platform),
        _extraEntry);
}
