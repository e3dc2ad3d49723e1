using System.Collections.Concurrent;
using System.Net;
using Mirror.Core.Addresses;
using Mirror.Core.Storage;
using Mirror.Core.Storage.Objects;
using Mirror.Tests.Time;

namespace Mirror.Tests.Storage.Objects;

/// <summary>The rules that package stores in object stores follow in addition, behind a proxy that injects faults.</summary>
public abstract class ObjectPackageStoreContract : PackageStoreContract
{
    private readonly string _prefix = "test/" + Guid.NewGuid().ToString("N");

    protected FaultyProxy Proxy { get; private set; } = null!;

    protected ManualTimeProvider Time { get; } = new(TimeProvider.System.GetUtcNow());

    /// <summary>A server with an empty bucket.</summary>
    protected abstract Task<Uri> GetServerAsync();

    /// <summary>Opens the bucket of the server, without time limits.</summary>
    /// <param name="isMissing">Whether to open a bucket that does not exist.</param>
    /// <param name="isRefused">Whether to use wrong credentials.</param>
    /// <param name="pageSize">The number of entries in a page of a list; null: the default.</param>
    private protected abstract IObjectStore Open(Uri server, string prefix, bool isMissing = false, bool isRefused = false, int? pageSize = null);

    /// <summary>Whether a request uploads content: a whole object or a part of one.</summary>
    /// <param name="request">Method, path and query.</param>
    protected abstract bool IsUpload(string request);

    /// <summary>Whether a request reads the content of an object.</summary>
    protected virtual bool IsDownload(string request) => request.StartsWith("GET ", StringComparison.Ordinal) && request.Contains("sha256/", StringComparison.Ordinal);

    /// <summary>The number of uploads of a content with <see cref="PackageStoreContract.LargeLength"/>.</summary>
    protected abstract int LargeUploads { get; }

    protected override async Task<IPackageStore> OpenStoreAsync()
    {
        Proxy = await FaultyProxy.StartAsync(await GetServerAsync());
        return Wrap(Open(Proxy.Url, _prefix));
    }

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        await Proxy.DisposeAsync();
    }

    [Fact]
    public async Task Read_AfterAReplacement_Fails()
    {
        byte[] content = Content(100_000);
        await CommitAsync([.. content.Reverse()], Sha256Digest.Of(content));
        using var stored = await OpenAsync(content);
        await CommitAsync(content);

        var e = await Assert.ThrowsAsync<ObjectStoreException>(() => ReadAllAsync(stored));

        Assert.Equal(ObjectStoreFault.Replaced, e.Fault);
    }

    [Fact]
    public async Task Read_Sequentially_SendsOneRequest()
    {
        byte[] content = Content(500_000);
        await CommitAsync(content);
        using var stored = await OpenAsync(content);

        await ReadAllAsync(stored);

        Assert.Single(Proxy.Requests, IsDownload);
    }

    [Fact]
    public async Task List_WithSeveralPages_ReturnsEverything()
    {
        foreach (int length in Enumerable.Range(1, 5))
        {
            await CommitAsync(Content(length));
        }

        using var store = Wrap(Open(Proxy.Url, _prefix, pageSize: 2));

        Assert.Equal([1, 2, 3, 4, 5], (await store.ListAsync(CancellationToken.None).ToListAsync()).Select(package => package.Length).Order());
    }

    [Fact]
    public async Task List_OfAnotherPrefix_IsEmpty()
    {
        await CommitAsync(Content(10));
        using var store = Wrap(Open(Proxy.Url, _prefix + "-other"));

        Assert.Empty(await store.ListAsync(CancellationToken.None).ToListAsync());
    }

    [Theory]
    [InlineData(ProxyFault.Status)]
    [InlineData(ProxyFault.ResetRequest)]
    public async Task Commit_PartFails_UploadsItAgain(ProxyFault fault)
    {
        byte[] content = Content(LargeLength);
        Proxy.Inject(fault, IsUpload, times: 1);

        await CommitAsync(content);

        using var stored = await OpenAsync(content);
        Assert.Equal(content, await ReadAllAsync(stored));
        // Google's client asks first how much of the part was received, and continues there.
        Assert.InRange(Proxy.Requests.Count(IsUpload), LargeUploads + 1, LargeUploads + 2);
    }

    [Theory]
    [InlineData(ProxyFault.Status, ObjectStoreFault.Failed, false)]
    [InlineData(ProxyFault.Status, ObjectStoreFault.Failed, true)]
    [InlineData(ProxyFault.ResetRequest, ObjectStoreFault.Unreachable, false)]
    [InlineData(ProxyFault.ResetRequest, ObjectStoreFault.Unreachable, true)]
    public async Task Commit_StoreFails_LeavesNothingAndSucceedsLater(ProxyFault fault, ObjectStoreFault expected, bool isLarge)
    {
        byte[] content = Content(isLarge ? LargeLength : 100_000);
        Proxy.Inject(fault, IsUpload);

        var e = await Assert.ThrowsAsync<ObjectStoreException>(() => CommitAsync(content));

        Assert.Equal(expected, e.Fault);
        Assert.Equal(FailureKind.Storage, StorageFailure.Of(e)!.Kind);
        Proxy.Recover();
        Assert.Empty(await ListAsync());
        Assert.Null(await Store.OpenAsync(Sha256Digest.Of(content), CancellationToken.None));
        await CommitAsync(content);
        using var stored = await OpenAsync(content);
        Assert.Equal(content, await ReadAllAsync(stored));
    }

    [Fact]
    public async Task Commit_StoreStalls_EndsAfterTheTimeLimit()
    {
        byte[] content = Content(LargeLength);
        Proxy.Inject(ProxyFault.StallRequest, IsUpload);

        var committing = CommitAsync(content);
        await Proxy.Stalled;
        Time.Advance(TimeLimitedObjectStore.IdleTimeout);

        var e = await Assert.ThrowsAsync<ObjectStoreException>(() => committing);
        Assert.Equal(ObjectStoreFault.TimedOut, e.Fault);
        Proxy.Recover();
        Assert.Empty(await ListAsync());
    }

    [Fact]
    public async Task Commit_CancelledWhileUploading_LeavesNothing()
    {
        Proxy.Inject(ProxyFault.StallRequest, IsUpload);
        using var cancelled = new CancellationTokenSource();

        var committing = CommitAsync(Content(LargeLength), cancellationToken: cancelled.Token);
        await Proxy.Stalled;
        await cancelled.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => committing);
        Proxy.Recover();
        Assert.Empty(await ListAsync());
    }

    [Fact]
    public async Task Open_StoreFailsBriefly_Retries()
    {
        byte[] content = Content(1000);
        await CommitAsync(content);
        Proxy.Inject(ProxyFault.Status, _ => true, times: 2);

        using var stored = await OpenAsync(content);

        Assert.Equal(content, await ReadAllAsync(stored));
    }

    [Fact]
    public async Task Read_ResponseIsReset_Fails()
    {
        byte[] content = Content(500_000);
        await CommitAsync(content);
        Proxy.Inject(ProxyFault.ResetResponse, IsDownload);
        using var stored = await OpenAsync(content);

        var e = await Assert.ThrowsAsync<ObjectStoreException>(() => ReadAllAsync(stored));

        Assert.Equal(ObjectStoreFault.Unreachable, e.Fault);
    }

    [Fact]
    public async Task Read_ResponseStalls_EndsAfterTheTimeLimit()
    {
        byte[] content = Content(500_000);
        await CommitAsync(content);
        Proxy.Inject(ProxyFault.StallResponse, IsDownload);
        using var stored = await OpenAsync(content);
        byte[] buffer = new byte[65_536];

        long at = 0;
        var reading = ReadUntilAsync();
        await Proxy.Stalled;
        // The reader has taken everything that the proxy sent.
        await Eventually.TrueAsync(() => Volatile.Read(ref at) >= content.Length / 2);
        await Time.WhenTimersPending();
        Time.Advance(TimeLimitedObjectStore.IdleTimeout);

        var e = await Assert.ThrowsAsync<ObjectStoreException>(() => reading);
        Assert.Equal(ObjectStoreFault.TimedOut, e.Fault);

        async Task ReadUntilAsync()
        {
            while (true)
            {
                Volatile.Write(ref at, at + await stored.ReadAsync(buffer, at, CancellationToken.None));
            }
        }
    }

    [Fact]
    public async Task Calls_WithoutAResponse_EndAfterTheTimeLimit()
    {
        Proxy.Inject(ProxyFault.StallRequest, _ => true);

        var opening = Store.OpenAsync(Sha256Digest.Of("any"u8), CancellationToken.None).AsTask();
        await Proxy.Stalled;
        Time.Advance(TimeLimitedObjectStore.IdleTimeout);

        var e = await Assert.ThrowsAsync<ObjectStoreException>(() => opening);
        Assert.Equal(ObjectStoreFault.TimedOut, e.Fault);
    }

    [Fact]
    public async Task Calls_BucketMissing_SayThatItDoesNotExist()
    {
        using var store = Wrap(Open(Proxy.Url, _prefix, isMissing: true));

        var e = await Assert.ThrowsAsync<ObjectStoreException>(async () => await store.FindOwnerAsync(CancellationToken.None));

        Assert.Equal(ObjectStoreFault.Missing, e.Fault);
        Assert.Equal($"Mirror:Packages cannot be used: {store.Location} does not exist. Create it, or correct its name.", StorageFailure.ExplainToOperator(e));
    }

    [Fact]
    public async Task Calls_WrongCredentials_SayThatAccessIsDenied()
    {
        using var store = Wrap(Open(Proxy.Url, _prefix, isRefused: true));

        var e = await Assert.ThrowsAsync<ObjectStoreException>(async () => await store.FindOwnerAsync(CancellationToken.None));

        Assert.Equal(ObjectStoreFault.AccessDenied, e.Fault);
    }

    [Fact]
    public async Task Calls_ServerDown_SayThatItCannotBeReached()
    {
        var url = Proxy.Url;
        await Proxy.DisposeAsync();
        using var store = Wrap(Open(url, _prefix));

        var e = await Assert.ThrowsAsync<ObjectStoreException>(async () => await store.FindOwnerAsync(CancellationToken.None));

        Assert.Equal(ObjectStoreFault.Unreachable, e.Fault);
    }

    [Fact]
    public async Task Calls_WithAProxyInTheEnvironment_ConnectDirectly()
    {
        var inherited = HttpClient.DefaultProxy;
        var proxy = new BypassedProxy();
        HttpClient.DefaultProxy = proxy;
        try
        {
            using var store = Wrap(Open(Proxy.Url, _prefix));
            await store.FindOwnerAsync(CancellationToken.None);
        }
        finally
        {
            HttpClient.DefaultProxy = inherited;
        }

        Assert.DoesNotContain(Proxy.Url.Port, proxy.Ports);
        // It may have connected before.
        Assert.False(DirectConnections.Handler.UseProxy);
    }

    [Fact]
    public async Task Presign_OfAnObject_CanBeDownloadedWithoutCredentials()
    {
        byte[] content = Content(1000);
        using var objects = Open(await GetServerAsync(), _prefix);
        using var stream = new MemoryStream(content);
        await objects.WriteAsync("some/key", stream, CancellationToken.None);

        var url = await objects.PresignAsync("some/key", "hello_1.0.0.zip", TimeSpan.FromMinutes(5), CancellationToken.None);

        using var client = new HttpClient();
        using var response = await client.GetAsync(url);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(content, await response.Content.ReadAsByteArrayAsync());
        Assert.Equal("hello_1.0.0.zip", response.Content.Headers.ContentDisposition!.FileName!.Trim('"'));
    }

    private ObjectPackageStore Wrap(IObjectStore objects) => new(new TimeLimitedObjectStore(objects, Time), StagingPath, Time);

    /// <summary>A proxy that every client asks about, and that no client uses, so that other tests do not notice it.</summary>
    private sealed class BypassedProxy : IWebProxy
    {
        private readonly ConcurrentBag<int> _ports = [];

        public ICredentials? Credentials { get; set; }

        public IReadOnlyCollection<int> Ports => _ports;

        public Uri? GetProxy(Uri destination) => null;

        public bool IsBypassed(Uri host)
        {
            _ports.Add(host.Port);
            return true;
        }
    }
}
