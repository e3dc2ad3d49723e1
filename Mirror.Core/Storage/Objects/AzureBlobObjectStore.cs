using System.Runtime.CompilerServices;
using Azure;
using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Identity;
using Azure.Storage;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Sas;
using Mirror.Core.Addresses;
using Mirror.Core.Configuration;

namespace Mirror.Core.Storage.Objects;

/// <summary>A container of Azure Blob Storage.</summary>
internal sealed class AzureBlobObjectStore : IObjectStore
{
    /// <summary>Larger blobs are uploaded in blocks of this size; Azure allows 50,000 blocks.</summary>
    public const int BlockSize = 8 * 1024 * 1024;

    private const int Retries = 3;
    private static readonly TimeSpan DelegationKeyLifetime = TimeSpan.FromHours(1);
    private static readonly TimeSpan DelegationRetryInterval = TimeSpan.FromMinutes(5);

    private readonly BlobServiceClient _service;
    private readonly BlobContainerClient _container;
    private readonly string _prefix;
    private readonly TimeProvider _time;
    private readonly int? _pageSize;
    private Delegation? _delegation;

    /// <param name="pageSize">The number of entries in a page of a list; null: the store's default.</param>
    /// <exception cref="ObjectStoreException">The connection string is invalid.</exception>
    public AzureBlobObjectStore(AzureBlobOptions options, TimeProvider time, int? pageSize = null)
        : this(options, Connect(options), time, pageSize)
    {
    }

    internal AzureBlobObjectStore(AzureBlobOptions options, BlobServiceClient service, TimeProvider time, int? pageSize = null)
    {
        _pageSize = pageSize;
        Location = options.ToString();
        _service = service;
        _container = service.GetBlobContainerClient(options.Container);
        _prefix = options.Prefix is null ? "" : options.Prefix + "/";
        _time = time;
    }

    public string Location { get; }

    public async Task<string> WriteAsync(string key, Stream content, CancellationToken cancellationToken)
    {
        var options = new BlobUploadOptions
        {
            TransferOptions = new StorageTransferOptions
            {
                InitialTransferSize = BlockSize,
                MaximumTransferSize = BlockSize,
                MaximumConcurrency = 1,
            },
            TransferValidation = new UploadTransferValidationOptions { ChecksumAlgorithm = StorageChecksumAlgorithm.MD5 },
        };
        var blob = await CallAsync(() => Blob(key).UploadAsync(content, options, cancellationToken)).ConfigureAwait(false);
        return (blob ?? throw new ObjectStoreException(ObjectStoreFault.Failed, Location, "the upload was lost")).ETag.ToString();
    }

    public async Task<ObjectFacts?> FindAsync(string key, CancellationToken cancellationToken)
    {
        var facts = await CallAsync(() => Blob(key).GetPropertiesAsync(cancellationToken: cancellationToken)).ConfigureAwait(false);
        return facts is null ? null : new ObjectFacts(facts.ContentLength, facts.ETag.ToString());
    }

    public async Task<Stream?> OpenAsync(string key, long offset, string? identity, CancellationToken cancellationToken)
    {
        var options = new BlobDownloadOptions
        {
            Range = new HttpRange(offset),
            Conditions = identity is null ? null : new BlobRequestConditions { IfMatch = new ETag(identity) },
        };
        var lifetime = new CancellationTokenSource();
        try
        {
            BlobDownloadStreamingResult? response;
            using (CancelWith(lifetime, cancellationToken))
            {
                response = await CallAsync(() => Blob(key).DownloadStreamingAsync(options, lifetime.Token)).ConfigureAwait(false);
            }

            if (response is not null)
            {
                var stream = new DownloadStream(response.Content, lifetime);
                lifetime = null;
                return stream;
            }

            return null;
        }
        finally
        {
            lifetime?.Dispose();
        }
    }

    public async Task<bool> DeleteAsync(string key, CancellationToken cancellationToken) =>
        await CallAsync(async () => Response.FromValue(
            key,
            await Blob(key).DeleteAsync(DeleteSnapshotsOption.IncludeSnapshots, cancellationToken: cancellationToken).ConfigureAwait(false)))
            .ConfigureAwait(false) is not null;

    public async IAsyncEnumerable<ObjectEntry> ListAsync(string start, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var options = new GetBlobsOptions { Prefix = _prefix + start };
        var pages = _container.GetBlobsAsync(options, cancellationToken).AsPages(pageSizeHint: _pageSize).GetAsyncEnumerator(cancellationToken);
        await using (pages.ConfigureAwait(false))
        {
            while (await TranslateAsync(() => pages.MoveNextAsync().AsTask()).ConfigureAwait(false))
            {
                foreach (var blob in pages.Current.Values)
                {
                    yield return new ObjectEntry(blob.Name[_prefix.Length..], blob.Properties.ContentLength ?? 0);
                }
            }
        }
    }

    /// <summary>Azure removes the blocks of uploads that are not completed within a week.</summary>
    public Task<int> AbortUploadsAsync(DateTimeOffset before, CancellationToken cancellationToken) => Task.FromResult(0);

    public async Task<Uri?> PresignAsync(string key, string fileName, TimeSpan lifetime, CancellationToken cancellationToken)
    {
        var blob = Blob(key);
        var expires = _time.GetUtcNow() + lifetime;
        var signature = new BlobSasBuilder(BlobSasPermissions.Read, expires)
        {
            BlobContainerName = blob.BlobContainerName,
            BlobName = blob.Name,
            Resource = "b",
            Protocol = blob.Uri.Scheme == Uri.UriSchemeHttps ? SasProtocol.Https : SasProtocol.HttpsAndHttp,
            ContentDisposition = $"attachment; filename=\"{fileName}\"",
        };
        if (blob.CanGenerateSasUri)
        {
            return blob.GenerateSasUri(signature);
        }

        var delegationKey = await FindDelegationKeyAsync(expires, cancellationToken).ConfigureAwait(false);
        return delegationKey is null
            ? null
            : new BlobUriBuilder(blob.Uri) { Sas = signature.ToSasQueryParameters(delegationKey, _service.AccountName) }.ToUri();
    }

    public void Dispose()
    {
        // All stores share their connections.
    }

    internal static BlobClientOptions CreateClientOptions(HttpClient client) => new()
    {
        Transport = new HttpClientTransport(client),
        Retry =
        {
            Mode = RetryMode.Exponential,
            MaxRetries = Retries,
            Delay = TimeSpan.FromMilliseconds(250),
            MaxDelay = TimeSpan.FromSeconds(2),
            NetworkTimeout = Timeout.InfiniteTimeSpan,
        },
    };

    private static BlobServiceClient Connect(AzureBlobOptions options)
    {
        var clientOptions = CreateClientOptions(DirectConnections.Client);
        if (options.ConnectionString is not { } connectionString)
        {
            return new BlobServiceClient(options.ServiceUrl, CreateCredential(), clientOptions);
        }

        try
        {
            return new BlobServiceClient(connectionString, clientOptions);
        }
        // Its message can contain a part of it.
        catch (FormatException)
        {
            throw new ObjectStoreException(
                ObjectStoreFault.AccessDenied, options.ToString(), "ConnectionString is not a connection string of a storage account");
        }
    }

    /// <summary>The credentials of servers; those of a developer's tools come last, and only the command line's.</summary>
    private static DefaultAzureCredential CreateCredential() => new(new DefaultAzureCredentialOptions
    {
        Transport = new HttpClientTransport(DirectConnections.Client),
        ExcludeVisualStudioCredential = true,
        ExcludeVisualStudioCodeCredential = true,
        ExcludeAzurePowerShellCredential = true,
        ExcludeAzureDeveloperCliCredential = true,
        ExcludeBrokerCredential = true,
    });

    private static CancellationTokenRegistration CancelWith(CancellationTokenSource source, CancellationToken cancellationToken) =>
        cancellationToken.UnsafeRegister(static state => ((CancellationTokenSource)state!).Cancel(), source);

    private BlobClient Blob(string key) => _container.GetBlobClient(_prefix + key);

    /// <returns>Null if the credentials may not request a key.</returns>
    private async Task<UserDelegationKey?> FindDelegationKeyAsync(DateTimeOffset until, CancellationToken cancellationToken)
    {
        var now = _time.GetUtcNow();
        if (_delegation is { } known && known.Until > (known.Key is null ? now : until))
        {
            return known.Key;
        }

        try
        {
            // Azure's clock may be behind.
            var options = new BlobGetUserDelegationKeyOptions(now + DelegationKeyLifetime) { StartsOn = now - TimeSpan.FromMinutes(5) };
            var key = await CallAsync(() => _service.GetUserDelegationKeyAsync(options, cancellationToken)).ConfigureAwait(false);
            _delegation = new Delegation(key, options.ExpiresOn);
        }
        catch (ObjectStoreException e) when (e.Fault == ObjectStoreFault.AccessDenied)
        {
            _delegation = new Delegation(null, now + DelegationRetryInterval);
        }

        return _delegation.Key;
    }

    /// <returns>Null if there is no such blob, or it has another identity.</returns>
    private async Task<T?> CallAsync<T>(Func<Task<Response<T>>> call)
        where T : class
    {
        try
        {
            return (await TranslateAsync(call).ConfigureAwait(false)).Value;
        }
        catch (ObjectStoreException e) when (e.InnerException is RequestFailedException { Status: 404 or 412 } && e.Fault != ObjectStoreFault.Missing)
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
        // One for each attempt.
        AggregateException { InnerExceptions: [.., var last] } => Translate(last),
        RequestFailedException { Status: 0 } or HttpRequestException or IOException and not ObjectStoreException =>
            new ObjectStoreException(ObjectStoreFault.Unreachable, Location, exception.GetBaseException().Message, exception),
        RequestFailedException e when e.ErrorCode == BlobErrorCode.ContainerNotFound || e.ErrorCode == BlobErrorCode.ContainerBeingDeleted =>
            new ObjectStoreException(ObjectStoreFault.Missing, Location, null, e),
        RequestFailedException e => new ObjectStoreException(
            e.Status is 401 or 403 ? ObjectStoreFault.AccessDenied : ObjectStoreFault.Failed, Location, Explain(e), e),
        AuthenticationFailedException => new ObjectStoreException(ObjectStoreFault.AccessDenied, Location, FirstLine(exception.Message), exception),
        _ => null,
    };

    private static string Explain(RequestFailedException e) =>
        string.IsNullOrEmpty(e.ErrorCode) ? $"status {e.Status}" : $"{e.ErrorCode} ({FirstLine(e.Message)})";

    private static string FirstLine(string message) => message.Split('\n')[0].Trim();

    /// <param name="Key">Null if Azure denied it.</param>
    private sealed record Delegation(UserDelegationKey? Key, DateTimeOffset Until);

    /// <summary>
    /// A response, which it owns. The library reconnects an interrupted one, with the cancellation token of the call that opened it; so a
    /// canceled read cancels that.
    /// </summary>
    private sealed class DownloadStream(Stream response, CancellationTokenSource lifetime) : ReadOnlyStream
    {
        public override int Read(Span<byte> buffer) => throw new NotSupportedException("Read asynchronously.");

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            using (CancelWith(lifetime, cancellationToken))
            {
                return await response.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
            }
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                response.Dispose();
                lifetime.Dispose();
            }

            base.Dispose(disposing);
        }
    }
}
