using System.Text;
using Mirror.Core.Addresses;
using Mirror.Core.Configuration;
using Mirror.Tests.Processes;

namespace Mirror.Tests.Storage.Objects;

/// <summary>The npm package <c>s3rver</c>, a server with the API of S3, for this test run. It ends with the process of the tests.</summary>
public static class S3Server
{
    public const string Bucket = "packages";

    /// <summary>Whether servers of tests store their packages in S3, where the tests do not choose.</summary>
    public static bool IsChosen { get; } = Environment.GetEnvironmentVariable("MIRROR_TEST_PACKAGES") == "S3";

    private static readonly Lazy<Task<NodeProcess>> Shared = new(StartAsync);

    public static async Task<Uri> GetUrlAsync() => (await Shared.Value).Url;

    /// <summary>A place in the bucket that no other test uses.</summary>
    /// <param name="url">The URL of the server, or of a proxy in front of it.</param>
    public static S3Options Options(Uri url, string? prefix = null) => new()
    {
        ServiceUrl = url,
        Bucket = Bucket,
        AccessKey = "S3RVER",
        SecretKey = "S3RVER",
        ForcePathStyle = true,
        Prefix = prefix ?? "test/" + Guid.NewGuid().ToString("N"),
    };

    /// <summary>Chooses the package store of a server with these options, always the same for a data directory.</summary>
    public static async Task<MirrorOptions> ChooseAsync(MirrorOptions options) =>
        IsChosen && options.Packages.Store == PackageStoreKind.FileSystem
            ? options with
            {
                Packages = options.Packages with
                {
                    Store = PackageStoreKind.S3,
                    S3 = Options(await GetUrlAsync(), "chosen/" + Sha256Digest.Of(Encoding.UTF8.GetBytes(options.DataDirectory)).Hex),
                },
            }
            : options;

    public static PackagesOptions Packages(S3Options options) =>
        new() { MinimumFreeSpace = 0, Store = PackageStoreKind.S3, S3 = options };

    /// <summary>Another server, which the caller disposes.</summary>
    public static async Task<NodeProcess> StartAsync() =>
        await NodeProcess.StartAsync(Path.Combine("Storage", "Objects", "s3.mjs"), await NpmPackages.InstallAsync("s3rver", "3.7.1"), Bucket);
}
