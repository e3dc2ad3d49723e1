using System.Text;
using System.Text.Json.Nodes;
using Mirror.Core.Addresses;
using Mirror.Core.Configuration;
using Mirror.Core.Storage.Objects;
using Mirror.Tests.Importing;

namespace Mirror.Tests.Storage.Objects;

/// <summary>The rules of this store alone; the others are in <see cref="GoogleCloudPackageStoreTests"/>.</summary>
public sealed class GoogleCloudObjectStoreTests : IAsyncLifetime, IDisposable
{
    private readonly MirrorDirectory _directory = new();
    private GoogleStorageServer _server = null!;
    private FaultyProxy _proxy = null!;

    public async Task InitializeAsync()
    {
        _server = await GoogleStorageServer.StartAsync();
        _proxy = await FaultyProxy.StartAsync(_server.Url);
    }

    public async Task DisposeAsync()
    {
        await _proxy.DisposeAsync();
        await _server.DisposeAsync();
        Assert.Empty(_server.Violations);
    }

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Calls_OfAnEmulator_HaveNoCredentials()
    {
        _server.IsAnonymous = true;
        using var store = Open(credentials: null);

        string identity = await WriteAsync(store, "content");

        Assert.Equal(new ObjectFacts(7, identity), await store.FindAsync("some/key", CancellationToken.None));
        Assert.Null(await store.PresignAsync("some/key", "name.zip", TimeSpan.FromMinutes(5), CancellationToken.None));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("{}")]
    [InlineData("""{"type":"service_account","client_email":"a@example.com","private_key":"no key"}""")]
    public async Task Calls_CredentialsUnreadable_SayThatAccessIsDenied(string? content)
    {
        string path = content is null ? Path.Combine(_directory.Path, "missing.json") : _directory.AddFile("google.json", content);
        using var store = Open(path);

        var e = await Assert.ThrowsAsync<ObjectStoreException>(() => store.FindAsync("some/key", CancellationToken.None));

        Assert.Equal(ObjectStoreFault.AccessDenied, e.Fault);
        Assert.Contains(path, e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', e.Message);
    }

    [Fact]
    public async Task Calls_CredentialsCorrected_Succeed()
    {
        string path = Path.Combine(_directory.Path, "google.json");
        using var store = Open(path);
        await Assert.ThrowsAsync<ObjectStoreException>(() => store.FindAsync("some/key", CancellationToken.None));

        _server.WriteCredentials(_directory.Path);

        Assert.Null(await store.FindAsync("some/key", CancellationToken.None));
    }

    [Theory]
    [InlineData(408)]
    [InlineData(429)]
    [InlineData(500)]
    public async Task Write_ThrottledBriefly_Retries(int status)
    {
        using var store = Open(_server.WriteCredentials(_directory.Path));
        _proxy.Inject(ProxyFault.Status, _ => true, times: 1, status);

        await WriteAsync(store, "content");

        Assert.NotNull(await store.FindAsync("some/key", CancellationToken.None));
    }

    [Fact]
    public async Task Write_StoreTakesNoChunkButReportsProgress_Ends()
    {
        using var store = Open(_server.WriteCredentials(_directory.Path));
        int requests = 0;
        // The chunk fails, and the request for what was received succeeds.
        _proxy.Inject(ProxyFault.Status, request => request.StartsWith("PUT ", StringComparison.Ordinal) && requests++ % 2 == 0);

        var e = await Assert.ThrowsAsync<ObjectStoreException>(() => WriteAsync(store, "content"));

        Assert.Equal(ObjectStoreFault.Failed, e.Fault);
        Assert.Equal(8, requests);
    }

    [Fact]
    public async Task Open_RangeIgnoredByTheStore_Fails()
    {
        using var store = Open(_server.WriteCredentials(_directory.Path));
        await WriteAsync(store, "content");
        _proxy.Respond(request => request.Contains("alt=media", StringComparison.Ordinal), "content");

        await Assert.ThrowsAsync<ObjectStoreException>(() => store.OpenAsync("some/key", 3, null, CancellationToken.None));
    }

    [Fact]
    public async Task Presign_CredentialsThatCannotSign_ReturnsNull()
    {
        string path = _directory.AddFile("google.json", new JsonObject
        {
            ["type"] = "external_account",
            ["audience"] = "//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/example/providers/example",
            ["subject_token_type"] = "urn:ietf:params:oauth:token-type:jwt",
            ["token_url"] = "https://sts.googleapis.com/v1/token",
            ["credential_source"] = new JsonObject { ["file"] = "/var/run/token" },
        }.ToJsonString());
        using var store = Open(path);

        Assert.Null(await store.PresignAsync("some/key", "name.zip", TimeSpan.FromMinutes(5), CancellationToken.None));
    }

    private GoogleCloudObjectStore Open(string? credentials) => new(
        new GoogleCloudOptions { ServiceUrl = _proxy.Url, Bucket = GoogleStorageServer.Bucket, CredentialsPath = credentials },
        TimeProvider.System);

    private static async Task<string> WriteAsync(GoogleCloudObjectStore store, string content)
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(content));
        return await store.WriteAsync("some/key", stream, CancellationToken.None);
    }
}
