using Mirror.Core.Configuration;
using Mirror.Core.Storage.Objects;

namespace Mirror.Tests.Storage.Objects;

public sealed class GoogleCloudPackageStoreTests : ObjectPackageStoreContract
{
    private GoogleStorageServer _server = null!;

    protected override int LargeLength => GoogleCloudObjectStore.ChunkSize + 1_000_003;

    protected override int LargeUploads => 2;

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        await _server.DisposeAsync();
        Assert.Empty(_server.Violations);
    }

    protected override async Task<Uri> GetServerAsync() => (_server ??= await GoogleStorageServer.StartAsync()).Url;

    private protected override IObjectStore Open(Uri server, string prefix, bool isMissing = false, bool isRefused = false, int? pageSize = null) =>
        new GoogleCloudObjectStore(
            new GoogleCloudOptions
            {
                ServiceUrl = server,
                Bucket = isMissing ? "no-such-bucket" : GoogleStorageServer.Bucket,
                CredentialsPath = _server.WriteCredentials(DirectoryPath, isValid: !isRefused),
                Prefix = prefix,
            },
            Time,
            pageSize);

    protected override bool IsUpload(string request) => request.StartsWith("PUT /session/", StringComparison.Ordinal);

    protected override bool IsDownload(string request) => request.Contains("alt=media", StringComparison.Ordinal);
}
