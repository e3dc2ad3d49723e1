using Mirror.Core.Storage.Objects;

namespace Mirror.Tests.Storage.Objects;

public sealed class AzureBlobPackageStoreTests : ObjectPackageStoreContract
{
    protected override int LargeLength => AzureBlobObjectStore.BlockSize + 1_000_003;

    protected override int LargeUploads => 2;

    protected override Task<Uri> GetServerAsync() => AzureStorageServer.GetUrlAsync();

    private protected override IObjectStore Open(Uri server, string prefix, bool isMissing = false, bool isRefused = false, int? pageSize = null)
    {
        var options = isRefused ? AzureStorageServer.Options(server, prefix, key: "d3Jvbmc=") : AzureStorageServer.Options(server, prefix);
        return new AzureBlobObjectStore(options with { Container = isMissing ? "no-such-container" : options.Container }, Time, pageSize);
    }

    protected override bool IsUpload(string request) =>
        request.StartsWith("PUT ", StringComparison.Ordinal) && !request.Contains("comp=blocklist", StringComparison.Ordinal);
}
