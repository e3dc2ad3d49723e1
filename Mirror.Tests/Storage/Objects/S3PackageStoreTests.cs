using Mirror.Core.Storage.Objects;

namespace Mirror.Tests.Storage.Objects;

public sealed class S3PackageStoreTests : ObjectPackageStoreContract
{
    protected override int LargeLength => S3ObjectStore.PartSize + 1_000_003;

    protected override int LargeUploads => 2;

    protected override Task<Uri> GetServerAsync() => S3Server.GetUrlAsync();

    private protected override IObjectStore Open(
        Uri server, string prefix, bool isMissing = false, bool isRefused = false, int? pageSize = null)
    {
        var options = S3Server.Options(server, prefix);
        return new S3ObjectStore(
            options with { Bucket = isMissing ? "no-such-bucket" : options.Bucket, AccessKey = isRefused ? "unknown" : options.AccessKey },
            Time,
            pageSize);
    }

    protected override bool IsUpload(string request) => request.StartsWith("PUT ", StringComparison.Ordinal);

    [Fact]
    public async Task ClearStaging_AbandonedUploads_AbortsThoseOlderThanADay()
    {
        var now = Time.GetUtcNow().UtcDateTime;
        Proxy.Respond(
            request => request.StartsWith("GET ", StringComparison.Ordinal) && request.Contains("uploads", StringComparison.Ordinal) && !request.Contains("marker", StringComparison.Ordinal),
            Uploads(("sha256/aa/a", "old", now.AddHours(-25)), ("sha256/bb/b", "new", now.AddHours(-23)), isTruncated: true));
        Proxy.Respond(
            request => request.StartsWith("GET ", StringComparison.Ordinal) && request.Contains("upload-id-marker=new", StringComparison.Ordinal),
            Uploads(("sha256/cc/c", "older", now.AddDays(-3)), ("sha256/dd/d", "newest", now), isTruncated: false));
        Proxy.Respond(request => request.StartsWith("DELETE ", StringComparison.Ordinal), "", 204);

        Assert.Equal(2, await Store.ClearStagingAsync(CancellationToken.None));

        Assert.Equal(
            ["aa/a?uploadId=old", "cc/c?uploadId=older"],
            Proxy.Requests.Where(request => request.StartsWith("DELETE ", StringComparison.Ordinal))
                .Select(request => request[(request.IndexOf("sha256/", StringComparison.Ordinal) + 7)..]));
    }

    [Fact]
    public async Task Commit_PartsFail_AbortsTheUpload()
    {
        Proxy.Inject(ProxyFault.Status, request => request.Contains("partNumber=2", StringComparison.Ordinal));

        await Assert.ThrowsAsync<Core.Addresses.ObjectStoreException>(() => CommitAsync(Content(LargeLength)));

        Assert.Contains(Proxy.Requests, request => request.StartsWith("DELETE ", StringComparison.Ordinal) && request.Contains("uploadId=", StringComparison.Ordinal));
    }

    private static string Uploads((string Key, string Id, DateTime Began) first, (string Key, string Id, DateTime Began) second, bool isTruncated)
    {
        static string Upload((string Key, string Id, DateTime Began) upload) =>
            $"<Upload><Key>{upload.Key}</Key><UploadId>{upload.Id}</UploadId><Initiated>{upload.Began:yyyy-MM-ddTHH:mm:ss.fffZ}</Initiated></Upload>";
        return $"""
            <?xml version="1.0" encoding="UTF-8"?>
            <ListMultipartUploadsResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Bucket>packages</Bucket>
            <NextKeyMarker>{second.Key}</NextKeyMarker><NextUploadIdMarker>{second.Id}</NextUploadIdMarker>
            <IsTruncated>{(isTruncated ? "true" : "false")}</IsTruncated>{Upload(first)}{Upload(second)}</ListMultipartUploadsResult>
            """;
    }
}
