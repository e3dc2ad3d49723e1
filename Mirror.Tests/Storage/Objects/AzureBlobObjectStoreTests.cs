using System.Net;
using System.Security.Cryptography.X509Certificates;
using Mirror.Core.Addresses;
using Mirror.Core.Configuration;
using Mirror.Core.Storage.Objects;
using Mirror.Tests.Time;

namespace Mirror.Tests.Storage.Objects;

/// <summary>The rules of this store alone; the others are in <see cref="AzureBlobPackageStoreTests"/>.</summary>
public sealed class AzureBlobObjectStoreTests(AzureTokenServer tokens) : IClassFixture<AzureTokenServer>
{
    private readonly ManualTimeProvider _time = new(TimeProvider.System.GetUtcNow());

    [Theory]
    [InlineData("AccountKey=c2VjcmV0")]
    [InlineData("c2VjcmV0")]
    [InlineData("DefaultEndpointsProtocol=https;AccountName=example;AccountKey=c2VjcmV0=;c2VjcmV0")]
    public void Open_InvalidConnectionString_FailsWithoutShowingIt(string connectionString)
    {
        var e = Assert.Throws<ObjectStoreException>(
            () => new AzureBlobObjectStore(new AzureBlobOptions { ConnectionString = connectionString, Container = "packages" }, _time));

        Assert.DoesNotContain("c2VjcmV0", e.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Read_CanceledWhileReconnecting_Ends()
    {
        await using var proxy = await FaultyProxy.StartAsync(await AzureStorageServer.GetUrlAsync());
        using var store = new AzureBlobObjectStore(AzureStorageServer.Options(proxy.Url, Guid.NewGuid().ToString("N")), _time);
        using var content = new MemoryStream(new byte[500_000]);
        await store.WriteAsync("key", content, CancellationToken.None);
        proxy.Inject(ProxyFault.ResetResponse, IsDownload, times: 1);
        proxy.Inject(ProxyFault.StallRequest, IsDownload);
        await using var stream = await store.OpenAsync("key", 0, null, CancellationToken.None);
        using var cancellation = new CancellationTokenSource();

        var reading = stream!.CopyToAsync(Stream.Null, cancellation.Token);
        await proxy.Stalled;
        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading);

        static bool IsDownload(string request) => request.StartsWith("GET ", StringComparison.Ordinal);
    }

    [Fact]
    public async Task Presign_WithATokenInsteadOfAKey_SignsWithADelegationKeyThatIsReused()
    {
        using var connections = new CountedConnections(tokens.Certificate);
        using var client = new HttpClient(connections);
        using var store = Open(client);
        using var content = new MemoryStream([1, 2, 3]);
        await store.WriteAsync("key", content, CancellationToken.None);

        var first = await PresignAsync(store);
        await PresignAsync(store);
        int requests = connections.KeyRequests;
        _time.Advance(TimeSpan.FromMinutes(56));
        await PresignAsync(store);

        Assert.Equal((1, 2), (requests, connections.KeyRequests));
        Assert.Equal([1, 2, 3], await client.GetByteArrayAsync(first));
    }

    [Fact]
    public async Task Presign_WithoutPermission_ReturnsNullAndAsksAgainAfterMinutes()
    {
        using var connections = new CountedConnections(tokens.Certificate) { IsKeyDenied = true };
        using var client = new HttpClient(connections);
        using var store = Open(client);

        var denied = (await PresignAsync(store), await PresignAsync(store));
        int requests = connections.KeyRequests;
        connections.IsKeyDenied = false;
        _time.Advance(TimeSpan.FromMinutes(5) + TimeSpan.FromSeconds(1));

        Assert.Equal((null, null), denied);
        Assert.Equal(1, requests);
        Assert.NotNull(await PresignAsync(store));
    }

    private static Task<Uri?> PresignAsync(AzureBlobObjectStore store) =>
        store.PresignAsync("key", "name.zip", TimeSpan.FromMinutes(5), CancellationToken.None);

    private AzureBlobObjectStore Open(HttpClient client) =>
        new(new AzureBlobOptions { Container = AzureStorageServer.Container }, tokens.Connect(client), _time);

    private sealed class CountedConnections(X509Certificate2 certificate) : DelegatingHandler(AzureTokenServer.Trust(certificate))
    {
        public int KeyRequests { get; private set; }

        public bool IsKeyDenied { get; set; }

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            bool isKeyRequest = request.RequestUri!.Query.Contains("comp=userdelegationkey", StringComparison.Ordinal);
            KeyRequests += isKeyRequest ? 1 : 0;
            return isKeyRequest && IsKeyDenied
                ? Task.FromResult(new HttpResponseMessage(HttpStatusCode.Forbidden) { RequestMessage = request, Content = new ByteArrayContent([]) })
                : base.SendAsync(request, cancellationToken);
        }
    }
}
