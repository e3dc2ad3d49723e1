using Mirror.Core.Addresses;
using Mirror.Core.Configuration;
using Mirror.Core.Storage;
using Mirror.Core.Verification;

namespace Mirror.Core.Hosted.Publishing;

/// <summary>A package that has arrived: staged, hashed, and not yet visible.</summary>
internal sealed record ReceivedPackage(PackageFileName Name, StagedPackage Staged, Sha256Digest Digest);

/// <summary>
/// The files of a provider version, in any order, staged and hashed while they arrive. Disposing it removes what was not published.
/// </summary>
public sealed class ProviderUpload : IDisposable
{
    /// <summary>The maximum number of files.</summary>
    public const int MaxFiles = 1000;

    /// <summary>In bytes.</summary>
    private const int MaxSums = 1024 * 1024;

    private readonly IPackageStore _store;
    private readonly PackagesOptions _limits;
    private readonly Dictionary<string, ReceivedPackage> _packages = new(StringComparer.Ordinal);
    private readonly Dictionary<string, byte[]> _documents = new(StringComparer.Ordinal);

    internal ProviderUpload(
        RegistryNamespace target, ProviderAddress provider, ProviderVersion version, IPackageStore store, PackagesOptions limits)
    {
        (Target, Provider, Version, _store, _limits) = (target, provider, version, store, limits);
        string name = $"terraform-provider-{provider.Type}_{version}";
        (SumsName, SignatureName, ManifestName) = ($"{name}_SHA256SUMS", $"{name}_SHA256SUMS.sig", $"{name}_manifest.json");
    }

    public ProviderAddress Provider { get; }

    public ProviderVersion Version { get; }

    internal RegistryNamespace Target { get; }

    internal string SumsName { get; }

    internal string SignatureName { get; }

    internal string ManifestName { get; }

    /// <summary>By file name.</summary>
    internal IReadOnlyDictionary<string, ReceivedPackage> Packages => _packages;

    /// <summary>Reads a whole file.</summary>
    /// <returns>Null, or why the file is refused.</returns>
    /// <exception cref="IOException">Reading the content or writing the store failed.</exception>
    public async Task<Failure?> AddAsync(string fileName, Stream content, CancellationToken cancellationToken)
    {
        if (_packages.ContainsKey(fileName) || _documents.ContainsKey(fileName))
        {
            return Reject($"the file '{fileName}' was uploaded twice");
        }

        if (_packages.Count + _documents.Count >= MaxFiles)
        {
            return Reject($"there are more than {MaxFiles} files");
        }

        if (MaxLengthOf(fileName) is { } length)
        {
            if (await ReadAsync(content, length, cancellationToken).ConfigureAwait(false) is not { } document)
            {
                return new Failure(FailureKind.TooLarge, $"'{fileName}' has more than {length} bytes, the maximum size of such a file.");
            }

            _documents.Add(fileName, document);
            return null;
        }

        return PackageFileName.TryParse(fileName, out var name)
            && name.Type == Provider.Type
            && name.Version == Version
            && name.ToString() == fileName
                ? await AddPackageAsync(name, content, cancellationToken).ConfigureAwait(false)
                : Reject(
                    $"'{Shorten(fileName)}' is not a file of {Provider} {Version}; expected '{new PackageFileName(Provider.Type, Version, Platform.Parse("linux_amd64"))}' for a platform, '{SumsName}', '{SignatureName}' or '{ManifestName}'");
    }

    /// <summary>A file that is not a package, or null.</summary>
    internal byte[]? Find(string fileName) => _documents.GetValueOrDefault(fileName);

    internal Failure Reject(string reason) => new(FailureKind.Rejected, $"{Provider} {Version} was not published: {reason}.");

    public void Dispose()
    {
        foreach (var package in _packages.Values)
        {
            package.Staged.Dispose();
        }
    }

    private async Task<Failure?> AddPackageAsync(PackageFileName name, Stream content, CancellationToken cancellationToken)
    {
        if (_store.FreeSpace() < _limits.MinimumFreeSpace)
        {
            return NoSpace();
        }

        var staged = _store.Stage();
        try
        {
            CrashPoints.Reached("release-staged");
            if (await staged.ReceiveAsync(content, _limits.MaxPackageSize, cancellationToken).ConfigureAwait(false) is not { } digest)
            {
                staged.Dispose();
                return new Failure(
                    FailureKind.TooLarge,
                    $"'{name}' is larger than {Quantity.FormatSize(_limits.MaxPackageSize)}, the maximum size of a package; see Mirror:Packages:MaxPackageSize.");
            }

            _packages.Add(name.ToString(), new ReceivedPackage(name, staged, digest));
            return null;
        }
        catch (IOException e) when (DiskFull.Caused(e))
        {
            staged.Dispose();
            return NoSpace();
        }
        catch
        {
            staged.Dispose();
            throw;
        }
    }

    internal static Failure NoSpace() => new(
        FailureKind.NoSpace, "The server has no disk space for the packages; see Mirror:Packages:MinimumFreeSpace.");

    /// <returns>Null if the name is not that of a small file.</returns>
    private int? MaxLengthOf(string fileName) =>
        fileName == SumsName ? MaxSums
        : fileName == SignatureName ? OpenPgpVerifier.MaxSignatureLength
        : fileName == ManifestName ? ReleaseManifest.MaxLength
        : null;

    private static string Shorten(string fileName) => fileName.Length <= 200 ? fileName : fileName[..200] + "…";

    /// <returns>Null if the content is longer.</returns>
    private static async Task<byte[]?> ReadAsync(Stream content, int maxLength, CancellationToken cancellationToken)
    {
        using var bytes = new MemoryStream();
        byte[] buffer = new byte[8192];
        int read;
        while ((read = await content.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0)
        {
            if (bytes.Length + read > maxLength)
            {
                return null;
            }

            bytes.Write(buffer, 0, read);
        }

        return bytes.ToArray();
    }
}
