using System.Text;
using Mirror.Core.Addresses;
using Mirror.Core.Verification;

namespace Mirror.Web.Hosting.Demo;

/// <summary>
/// A version of a provider as its publisher releases it: a package for each platform, SHA256SUMS and its detached signature. Created in
/// memory, with a valid signature.
/// </summary>
public sealed class ExampleRelease
{
    public ExampleRelease(string type, ProviderVersion version, IReadOnlyList<ExamplePackage> packages, OpenPgpSigner signer)
    {
        Type = type;
        Version = version;
        Packages = packages;
        Signer = signer;
        Sha256Sums = SumsOf(packages);
        Signature = signer.Sign(Sha256Sums);
    }

    public string Type { get; }

    public ProviderVersion Version { get; }

    public IReadOnlyList<ExamplePackage> Packages { get; }

    public OpenPgpSigner Signer { get; }

    /// <summary>The file as <c>sha256sum</c> writes it: one line for each package, ordered by file name.</summary>
    public byte[] Sha256Sums { get; }

    /// <summary>The binary detached signature over <see cref="Sha256Sums"/>.</summary>
    public byte[] Signature { get; }

    public string SumsFileName => $"terraform-provider-{Type}_{Version}_SHA256SUMS";

    public string SignatureFileName => SumsFileName + ".sig";

    /// <summary>Creates the conventional packages of a version and signs them.</summary>
    public static ExampleRelease Create(
        string type, ProviderVersion version, IEnumerable<Platform> platforms, string description, OpenPgpSigner signer) =>
        new(type, version,
            [.. platforms.Select(platform => ExamplePackage.Create(new PackageFileName(type, version, platform), description))],
            signer);

    public static byte[] SumsOf(IEnumerable<ExamplePackage> packages) =>
        Encoding.UTF8.GetBytes(string.Concat(packages
            .OrderBy(package => package.FileName, StringComparer.Ordinal)
            .Select(package => $"{package.Digest.Hex}  {package.FileName}\n")));
}
