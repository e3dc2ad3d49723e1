using Azure.Storage.Blobs;
using Mirror.Core.Configuration;
using Mirror.Tests.Processes;

namespace Mirror.Tests.Storage.Objects;

/// <summary>The npm package <c>azurite</c>, Microsoft's emulator of Azure Blob Storage, for this test run. It ends with the process of the tests.</summary>
public static class AzureStorageServer
{
    public const string Container = "packages";

    /// <summary>The emulator's only account.</summary>
    public const string Account = "devstoreaccount1";

    private const string Key = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

    private static readonly Lazy<Task<NodeProcess>> Shared = new(StartSharedAsync);

    public static async Task<Uri> GetUrlAsync() => (await Shared.Value).Url;

    /// <param name="url">The URL of the server, or of a proxy in front of it.</param>
    public static AzureBlobOptions Options(Uri url, string prefix, string key = Key) => new()
    {
        ConnectionString = $"DefaultEndpointsProtocol=http;AccountName={Account};AccountKey={key};BlobEndpoint={new Uri(url, Account)}",
        Container = Container,
        Prefix = prefix,
    };

    /// <summary>Another server, which the caller disposes.</summary>
    /// <param name="certificate">For https with tokens: the files of the certificate and its key.</param>
    public static async Task<NodeProcess> StartAsync(params string[] certificate) =>
        await NodeProcess.StartAsync(Path.Combine("Storage", "Objects", "azurite.mjs"), [await NpmPackages.InstallAsync("azurite", "3.37.0"), .. certificate]);

    private static async Task<NodeProcess> StartSharedAsync()
    {
        var server = await StartAsync();
        await new BlobContainerClient(Options(server.Url, "").ConnectionString, Container).CreateAsync();
        return server;
    }
}
