using System.Net;
using System.Runtime.CompilerServices;
using Amazon;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using Mirror.Core.Addresses;
using Mirror.Core.Configuration;

namespace Mirror.Core.Storage.Objects;

/// <summary>A bucket of Amazon S3 or of a store with the same API.</summary>
internal sealed class S3ObjectStore : IObjectStore
{
    /// <summary>Larger objects are uploaded in parts of this size; S3 allows 10,000 parts.</summary>
    public const int PartSize = 16 * 1024 * 1024;

    private const string DefaultRegion = "us-east-1";
    private const int Retries = 3;

    private readonly AmazonS3Client _client;
    private readonly string _bucket;
    private readonly string _prefix;
    private readonly bool _isPlain;
    private readonly TimeProvider _time;
    private readonly int? _pageSize;

    /// <param name="pageSize">The number of entries in a page of a list; null: the store's default.</param>
    /// <exception cref="ObjectStoreException">No region is configured.</exception>
    public S3ObjectStore(S3Options options, TimeProvider time, int? pageSize = null)
    {
        _time = time;
        _pageSize = pageSize;
        Location = options.ToString();
        _bucket = options.Bucket!;
        _prefix = options.Prefix is null ? "" : options.Prefix + "/";
        _isPlain = options.ServiceUrl?.Scheme == Uri.UriSchemeHttp;
        var config = new AmazonS3Config
        {
            ForcePathStyle = options.ForcePathStyle,
            HttpClientFactory = SharedConnections.Instance,
            MaxErrorRetry = Retries,
            RetryMode = RequestRetryMode.Standard,
            Timeout = Timeout.InfiniteTimeSpan,
            // Stores with the same API do not know the newer checksums; payloads are signed with their SHA-256.
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
            ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
        };
        if (options.ServiceUrl is { } url)
        {
            config.ServiceURL = url.AbsoluteUri;
            config.AuthenticationRegion = options.Region ?? DefaultRegion;
        }
        else if (options.Region is { } region)
        {
            config.RegionEndpoint = RegionEndpoint.GetBySystemName(region);
        }

        EnvironmentProxy.RequireSelection();
        try
        {
            _client = options.AccessKey is { } key
                ? new AmazonS3Client(new BasicAWSCredentials(key, options.SecretKey), config)
                : new AmazonS3Client(config);
        }
        catch (AmazonClientException e)
        {
            throw new ObjectStoreException(ObjectStoreFault.Failed, Location, e.Message, e);
        }
    }

    public string Location { get; }

    public async Task<string> WriteAsync(string key, Stream content, CancellationToken cancellationToken)
    {
        if (content.Length > PartSize)
        {
            return await WritePartsAsync(key, content, cancellationToken).ConfigureAwait(false);
        }

        var response = await CallAsync(() => _client.PutObjectAsync(
            new PutObjectRequest
            {
                BucketName = _bucket,
                Key = _prefix + key,
                InputStream = content,
                AutoCloseStream = false,
                // Some stores keep the signatures of the chunks in the object.
                UseChunkEncoding = false,
            },
            cancellationToken)).ConfigureAwait(false);
        return response!.ETag;
    }

    public async Task<ObjectFacts?> FindAsync(string key, CancellationToken cancellationToken)
    {
        var response = await CallAsync(() => _client.GetObjectMetadataAsync(
            new GetObjectMetadataRequest { BucketName = _bucket, Key = _prefix + key }, cancellationToken)).ConfigureAwait(false);
        return response is null ? null : new ObjectFacts(response.ContentLength, response.ETag);
    }

    public async Task<Stream?> OpenAsync(string key, long offset, string? identity, CancellationToken cancellationToken)
    {
        var response = await CallAsync(() => _client.GetObjectAsync(
            new GetObjectRequest
            {
                BucketName = _bucket,
                Key = _prefix + key,
                EtagToMatch = identity,
                ByteRange = offset == 0 ? null : new ByteRange($"bytes={offset}-"),
            },
            cancellationToken)).ConfigureAwait(false);
        // Some stores ignore the condition.
        if (response is not null && identity is not null && response.ETag != identity)
        {
            response.Dispose();
            return null;
        }

        return response?.ResponseStream;
    }

    public async Task<bool> DeleteAsync(string key, CancellationToken cancellationToken)
    {
        // S3 does not say whether there was an object.
        if (await FindAsync(key, cancellationToken).ConfigureAwait(false) is null)
        {
            return false;
        }

        await CallAsync(() => _client.DeleteObjectAsync(
            new DeleteObjectRequest { BucketName = _bucket, Key = _prefix + key }, cancellationToken)).ConfigureAwait(false);
        return true;
    }

    public async IAsyncEnumerable<ObjectEntry> ListAsync(string start, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var request = new ListObjectsV2Request { BucketName = _bucket, Prefix = _prefix + start, MaxKeys = _pageSize };
        do
        {
            var page = await CallAsync(() => _client.ListObjectsV2Async(request, cancellationToken)).ConfigureAwait(false);
            foreach (var item in page?.S3Objects ?? [])
            {
                yield return new ObjectEntry(item.Key[_prefix.Length..], item.Size ?? 0);
            }

            request.ContinuationToken = page?.NextContinuationToken;
        }
        while (request.ContinuationToken is not null);
    }

    public async Task<int> AbortUploadsAsync(DateTimeOffset before, CancellationToken cancellationToken)
    {
        int aborted = 0;
        var request = new ListMultipartUploadsRequest { BucketName = _bucket, Prefix = _prefix, MaxUploads = _pageSize };
        bool hasMore = true;
        while (hasMore)
        {
            ListMultipartUploadsResponse? page;
            try
            {
                page = await CallAsync(() => _client.ListMultipartUploadsAsync(request, cancellationToken)).ConfigureAwait(false);
            }
            catch (ObjectStoreException e) when (e.InnerException is AmazonS3Exception { StatusCode: HttpStatusCode.NotImplemented })
            {
                // Operators of such a store remove incomplete uploads themselves.
                return aborted;
            }

            foreach (var upload in page?.MultipartUploads ?? [])
            {
                if (upload.Initiated < before.UtcDateTime)
                {
                    await AbortAsync(upload.Key, upload.UploadId, cancellationToken).ConfigureAwait(false);
                    aborted++;
                }
            }

            hasMore = page?.IsTruncated ?? false;
            (request.KeyMarker, request.UploadIdMarker) = (page?.NextKeyMarker, page?.NextUploadIdMarker);
        }

        return aborted;
    }

    public async Task<Uri?> PresignAsync(string key, string fileName, TimeSpan lifetime, CancellationToken cancellationToken)
    {
        var request = new GetPreSignedUrlRequest
        {
            BucketName = _bucket,
            Key = _prefix + key,
            Verb = HttpVerb.GET,
            Protocol = _isPlain ? Protocol.HTTP : Protocol.HTTPS,
            Expires = (_time.GetUtcNow() + lifetime).UtcDateTime,
        };
        request.ResponseHeaderOverrides.ContentDisposition = $"attachment; filename=\"{fileName}\"";
        return new Uri((await CallAsync(() => _client.GetPreSignedURLAsync(request)!).ConfigureAwait(false))!);
    }

    public void Dispose() => _client.Dispose();

    private async Task<string> WritePartsAsync(string key, Stream content, CancellationToken cancellationToken)
    {
        string name = _prefix + key;
        var upload = await CallAsync(() => _client.InitiateMultipartUploadAsync(
            new InitiateMultipartUploadRequest { BucketName = _bucket, Key = name }, cancellationToken)).ConfigureAwait(false);
        try
        {
            var parts = new List<PartETag>();
            for (long offset = 0; offset < content.Length; offset += PartSize)
            {
                content.Position = offset;
                int number = parts.Count + 1;
                var part = await CallAsync(() => _client.UploadPartAsync(
                    new UploadPartRequest
                    {
                        BucketName = _bucket,
                        Key = name,
                        UploadId = upload!.UploadId,
                        PartNumber = number,
                        PartSize = Math.Min(PartSize, content.Length - offset),
                        InputStream = content,
                        UseChunkEncoding = false,
                    },
                    cancellationToken)).ConfigureAwait(false);
                parts.Add(new PartETag(number, part!.ETag));
            }

            CrashPoints.Reached("parts-uploaded");
            var response = await CallAsync(() => _client.CompleteMultipartUploadAsync(
                new CompleteMultipartUploadRequest { BucketName = _bucket, Key = name, UploadId = upload!.UploadId, PartETags = parts },
                cancellationToken)).ConfigureAwait(false);
            return response!.ETag;
        }
        catch
        {
            await TryAbortAsync(name, upload!.UploadId).ConfigureAwait(false);
            throw;
        }
    }

    private async Task TryAbortAsync(string name, string uploadId)
    {
        using var limit = new CancellationTokenSource(TimeLimitedObjectStore.IdleTimeout, _time);
        try
        {
            await AbortAsync(name, uploadId, limit.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is ObjectStoreException or OperationCanceledException)
        {
            // AbortUploadsAsync removes it later.
        }
    }

    private Task AbortAsync(string name, string uploadId, CancellationToken cancellationToken) =>
        CallAsync(() => _client.AbortMultipartUploadAsync(
            new AbortMultipartUploadRequest { BucketName = _bucket, Key = name, UploadId = uploadId }, cancellationToken));

    /// <returns>Null if there is no such object, or it has another identity.</returns>
    private async Task<T?> CallAsync<T>(Func<Task<T>> call)
        where T : class
    {
        try
        {
            return await call().ConfigureAwait(false);
        }
        catch (AmazonS3Exception e) when (e.ErrorCode == "NoSuchBucket")
        {
            throw new ObjectStoreException(ObjectStoreFault.Missing, Location, null, e);
        }
        catch (AmazonS3Exception e) when (e.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.PreconditionFailed)
        {
            return null;
        }
        catch (AmazonServiceException e)
        {
            throw new ObjectStoreException(Classify(e), Location, Explain(e), e);
        }
        // There are no credentials, or the chain of their providers failed.
        catch (AmazonClientException e)
        {
            throw new ObjectStoreException(ObjectStoreFault.AccessDenied, Location, e.Message, e);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            throw new ObjectStoreException(ObjectStoreFault.Unreachable, Location, e.Message, e);
        }
    }

    private static ObjectStoreFault Classify(AmazonServiceException e) => e switch
    {
        { StatusCode: HttpStatusCode.Forbidden or HttpStatusCode.Unauthorized } or { ErrorCode: "ExpiredToken" or "InvalidToken" } => ObjectStoreFault.AccessDenied,
        { StatusCode: 0 } => ObjectStoreFault.Unreachable,
        _ => ObjectStoreFault.Failed,
    };

    private static string Explain(AmazonServiceException e) => e.StatusCode == 0
        ? e.GetBaseException().Message
        : string.IsNullOrEmpty(e.ErrorCode) ? $"status {(int)e.StatusCode}" : $"{e.ErrorCode} ({e.Message})";

    private sealed class SharedConnections : HttpClientFactory
    {
        public static readonly SharedConnections Instance = new();

        public override HttpClient CreateHttpClient(IClientConfig clientConfig) => DirectConnections.Client;

        public override bool UseSDKHttpClientCaching(IClientConfig clientConfig) => false;

        public override bool DisposeHttpClientsAfterUse(IClientConfig clientConfig) => false;
    }
}
