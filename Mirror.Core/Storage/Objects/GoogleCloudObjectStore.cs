using System.Net;
using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using System.Text;
using Google;
using Google.Apis.Auth.OAuth2;
using Google.Apis.Auth.OAuth2.Responses;
using Google.Apis.Http;
using Google.Apis.Requests;
using Google.Apis.Upload;
using Google.Apis.Util;
using Google.Cloud.Storage.V1;
using Mirror.Core.Addresses;
using Mirror.Core.Configuration;

namespace Mirror.Core.Storage.Objects;

/// <summary>A bucket of Google Cloud Storage.</summary>
/// <param name="pageSize">The number of entries in a page of a list; null: the store's default.</param>
internal sealed class GoogleCloudObjectStore(GoogleCloudOptions options, TimeProvider time, int? pageSize = null) : IObjectStore
{
    /// <summary>Larger objects are uploaded in chunks of this size, each of which is buffered.</summary>
    public const int ChunkSize = 8 * 1024 * 1024;

    private const int Attempts = 4;
    private static readonly TimeSpan SigningRetryInterval = TimeSpan.FromMinutes(5);

    private readonly string _prefix = options.Prefix is null ? "" : options.Prefix + "/";
    private readonly SemaphoreSlim _connecting = new(1);
    private Connection? _connection;
    private DateTimeOffset _signingDeniedUntil;

    public string Location { get; } = options.ToString();

    public async Task<string> WriteAsync(string key, Stream content, CancellationToken cancellationToken)
    {
        var stored = await CallAsync(
            connection => connection.Client.UploadObjectAsync(
                options.Bucket,
                _prefix + key,
                contentType: null,
                content,
                new UploadObjectOptions { ChunkSize = ChunkSize },
                cancellationToken,
                new UploadProgress()),
            cancellationToken).ConfigureAwait(false);
        return Identify((stored ?? throw new ObjectStoreException(ObjectStoreFault.Missing, Location)).Generation);
    }

    public async Task<ObjectFacts?> FindAsync(string key, CancellationToken cancellationToken)
    {
        var found = await CallAsync(
            connection => connection.Client.GetObjectAsync(
                options.Bucket, _prefix + key, new GetObjectOptions { RetryOptions = RetryOptions.Never }, cancellationToken),
            cancellationToken).ConfigureAwait(false);
        return found is null ? null : new ObjectFacts((long)(found.Size ?? 0), Identify(found.Generation));
    }

    /// <summary>The library's downloads write to a stream; this one is read, at the reader's speed.</summary>
    public async Task<Stream?> OpenAsync(string key, long offset, string? identity, CancellationToken cancellationToken)
    {
        var response = await CallAsync(
            async connection =>
            {
                var service = connection.Client.Service;
                string match = identity is null ? "" : "&ifGenerationMatch=" + identity;
                using var request = new HttpRequestMessage(
                    HttpMethod.Get,
                    $"{service.BaseUri}b/{Uri.EscapeDataString(options.Bucket!)}/o/{Uri.EscapeDataString(_prefix + key)}?alt=media{match}");
                request.Headers.Range = offset == 0 ? null : new RangeHeaderValue(offset, null);
                var response = await service.HttpClient
                    .SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
                if (response.StatusCode == (offset == 0 ? HttpStatusCode.OK : HttpStatusCode.PartialContent))
                {
                    return response;
                }

                using (response)
                {
                    throw new GoogleApiException(service.Name, await ReadStartAsync(response, cancellationToken).ConfigureAwait(false))
                    {
                        HttpStatusCode = response.StatusCode,
                    };
                }
            },
            cancellationToken).ConfigureAwait(false);
        return response is null ? null : await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
    }

    public async Task<bool> DeleteAsync(string key, CancellationToken cancellationToken) =>
        await CallAsync(
            async connection =>
            {
                await connection.Client.DeleteObjectAsync(
                    options.Bucket, _prefix + key, new DeleteObjectOptions { RetryOptions = RetryOptions.Never }, cancellationToken).ConfigureAwait(false);
                return connection;
            },
            cancellationToken).ConfigureAwait(false) is not null;

    public async IAsyncEnumerable<ObjectEntry> ListAsync(string start, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var request = new ListObjectsOptions { PageSize = pageSize, Fields = "items(name,size),nextPageToken", RetryOptions = RetryOptions.Never };
        var connection = await TranslateAsync(() => ConnectAsync(cancellationToken)).ConfigureAwait(false);
        var objects = connection.Client.ListObjectsAsync(options.Bucket, _prefix + start, request).GetAsyncEnumerator(cancellationToken);
        await using (objects.ConfigureAwait(false))
        {
            while (await TranslateAsync(() => objects.MoveNextAsync().AsTask()).ConfigureAwait(false))
            {
                yield return new ObjectEntry(objects.Current.Name[_prefix.Length..], (long)(objects.Current.Size ?? 0));
            }
        }
    }

    /// <summary>Google removes the chunks of uploads that are not completed within a week.</summary>
    public Task<int> AbortUploadsAsync(DateTimeOffset before, CancellationToken cancellationToken) => Task.FromResult(0);

    public async Task<Uri?> PresignAsync(string key, string fileName, TimeSpan lifetime, CancellationToken cancellationToken)
    {
        var connection = await TranslateAsync(() => ConnectAsync(cancellationToken)).ConfigureAwait(false);
        if (connection.Signer is null || time.GetUtcNow() < _signingDeniedUntil)
        {
            return null;
        }

        var template = UrlSigner.RequestTemplate
            .FromBucket(options.Bucket)
            .WithObjectName(_prefix + key)
            .WithHttpMethod(HttpMethod.Get)
            .WithQueryParameters([new("response-content-disposition", [$"attachment; filename=\"{fileName}\""])]);
        var signing = UrlSigner.Options.FromDuration(lifetime).WithSigningVersion(SigningVersion.V4);
        if (options.ServiceUrl is { } url)
        {
            signing = signing.WithScheme(url.Scheme).WithHost(url.Host).WithPort(url.IsDefaultPort ? null : url.Port);
        }

        try
        {
            return new Uri(await TranslateAsync(() => connection.Signer.SignAsync(template, signing, cancellationToken)).ConfigureAwait(false));
        }
        catch (ObjectStoreException e) when (e.Fault == ObjectStoreFault.AccessDenied)
        {
            _signingDeniedUntil = time.GetUtcNow() + SigningRetryInterval;
            return null;
        }
    }

    public void Dispose() => _connecting.Dispose();

    private static string Identify(long? generation) => FormattableString.Invariant($"{generation}");

    private static async Task<string> ReadStartAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        byte[] start = new byte[1024];
        var content = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        int length = await content.ReadAtLeastAsync(start, start.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
        return Encoding.UTF8.GetString(start, 0, length);
    }

    /// <returns>Null if there is no such object, or it has another generation.</returns>
    private async Task<T?> CallAsync<T>(Func<Connection, Task<T>> call, CancellationToken cancellationToken)
        where T : class
    {
        try
        {
            return await TranslateAsync(
                async () => await call(await ConnectAsync(cancellationToken).ConfigureAwait(false)).ConfigureAwait(false)).ConfigureAwait(false);
        }
        catch (ObjectStoreException e) when (e.InnerException is GoogleApiException { HttpStatusCode: HttpStatusCode.NotFound or HttpStatusCode.PreconditionFailed }
            && e.Fault != ObjectStoreFault.Missing)
        {
            return null;
        }
    }

    private async Task<T> TranslateAsync<T>(Func<Task<T>> call)
    {
        try
        {
            return await call().ConfigureAwait(false);
        }
        catch (Exception e)
        {
            if (Translate(e) is { } translated)
            {
                throw translated;
            }

            throw;
        }
    }

    private ObjectStoreException? Translate(Exception exception) => exception switch
    {
        // The store has no other code for it.
        GoogleApiException { HttpStatusCode: HttpStatusCode.NotFound } e when Explain(e).Contains("bucket does not exist", StringComparison.Ordinal) =>
            new ObjectStoreException(ObjectStoreFault.Missing, Location, null, e),
        GoogleApiException e => new ObjectStoreException(
            e.HttpStatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden ? ObjectStoreFault.AccessDenied : ObjectStoreFault.Failed,
            Location,
            Explain(e),
            e),
        TokenResponseException e => new ObjectStoreException(ObjectStoreFault.AccessDenied, Location, e.Error?.ErrorDescription ?? e.Error?.Error, e),
        HttpRequestException or IOException and not ObjectStoreException =>
            new ObjectStoreException(ObjectStoreFault.Unreachable, Location, exception.GetBaseException().Message, exception),
        _ => null,
    };

    private static string Explain(GoogleApiException e) =>
        e.Error?.Message is { Length: > 0 } message ? message : $"status {(int)e.HttpStatusCode} ({e.Message})";

    private async Task<Connection> ConnectAsync(CancellationToken cancellationToken)
    {
        if (_connection is { } connection)
        {
            return connection;
        }

        await _connecting.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return _connection ??= await CreateAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _connecting.Release();
        }
    }

    private async Task<Connection> CreateAsync(CancellationToken cancellationToken)
    {
        var credential = await FindCredentialAsync(cancellationToken).ConfigureAwait(false);
        var builder = new StorageClientBuilder
        {
            BaseUri = options.ServiceUrl is { } url ? new Uri(url, "/storage/v1/").AbsoluteUri : null,
            GoogleCredential = credential,
            UnauthenticatedAccess = credential is null,
            HttpClientFactory = SharedConnections.Instance,
        };
        var client = await builder.BuildAsync(cancellationToken).ConfigureAwait(false);
        client.Service.HttpClient.Timeout = Timeout.InfiniteTimeSpan;
        var handler = client.Service.HttpClient.MessageHandler;
        var retries = new BackOffHandler(new BackOffHandler.Initializer(Backoff.Instance) { HandleUnsuccessfulResponseFunc = IsTemporary });
        handler.NumTries = Attempts;
        handler.AddUnsuccessfulResponseHandler(retries);
        handler.AddExceptionHandler(retries);
        return new Connection(client, credential is null ? null : FindSigner(credential));
    }

    private static bool IsTemporary(HttpResponseMessage response) =>
        response.StatusCode is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError;

    /// <returns>Null for requests without credentials: an unencrypted connection is that of an emulator.</returns>
    private async Task<GoogleCredential?> FindCredentialAsync(CancellationToken cancellationToken)
    {
        if (options.CredentialsPath is null && options.ServiceUrl?.Scheme == Uri.UriSchemeHttp)
        {
            return null;
        }

        try
        {
            var credential = options.CredentialsPath is { } path
                ? await ReadCredentialAsync(path, cancellationToken).ConfigureAwait(false)
                : await GoogleCredential.GetApplicationDefaultAsync(cancellationToken).ConfigureAwait(false);
            return credential.CreateWithHttpClientFactory(SharedConnections.Instance);
        }
        // The library reports unreadable and malformed files in different ways.
        catch (Exception e) when (e is not OperationCanceledException)
        {
            string source = options.CredentialsPath is { } path ? $"the credentials in '{path}'" : "the application default credentials";
            throw new ObjectStoreException(ObjectStoreFault.AccessDenied, Location, $"{source} cannot be read: {e.Message}", e);
        }
    }

    private static async Task<GoogleCredential> ReadCredentialAsync(string path, CancellationToken cancellationToken)
    {
#pragma warning disable CS0618 // It is obsolete for files from others; this one is the operator's, and of any type.
        return await GoogleCredential.FromFileAsync(path, cancellationToken).ConfigureAwait(false);
#pragma warning restore CS0618
    }

    /// <returns>Null if credentials of this type cannot sign.</returns>
    private static UrlSigner? FindSigner(GoogleCredential credential) =>
        credential.UnderlyingCredential is ServiceAccountCredential or ImpersonatedCredential or ComputeCredential
            ? UrlSigner.FromCredential(credential)
            : null;

    private sealed record Connection(StorageClient Client, UrlSigner? Signer);

    private sealed class SharedConnections : HttpClientFactory
    {
        public static readonly SharedConnections Instance = new();

        protected override HttpMessageHandler CreateHandler(CreateHttpClientArgs args) => DirectConnections.Handler;
    }

    /// <summary>The library's own waits for seconds, without jitter.</summary>
    private sealed class Backoff : IBackOff
    {
        public static readonly Backoff Instance = new();

        public int MaxNumOfRetries => Attempts;

        public TimeSpan GetNextBackOff(int currentRetry) =>
            TimeSpan.FromMilliseconds(250) * (Math.Pow(2, currentRetry - 1) * (0.5 + Random.Shared.NextDouble()));
    }

    /// <summary>
    /// Ends an upload that makes no progress. After a chunk that failed, the library asks how much the store has received and sends the
    /// rest, without a limit.
    /// </summary>
    private sealed class UploadProgress : IProgress<IUploadProgress>
    {
        private long _sent;
        private int _attempts;

        public void Report(IUploadProgress value)
        {
            if (value.Status != UploadStatus.Uploading)
            {
                return;
            }

            _attempts = value.BytesSent > _sent ? 0 : _attempts + 1;
            _sent = value.BytesSent;
            if (_attempts == Attempts)
            {
                throw new GoogleApiException(nameof(StorageClient))
                {
                    HttpStatusCode = HttpStatusCode.ServiceUnavailable,
                    Error = new RequestError { Message = "it does not accept a part of the upload" },
                };
            }
        }
    }
}
