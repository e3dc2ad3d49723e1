using System.Net;
using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Importing;
using Mirror.Tests.Hosting;
using Mirror.Tests.Importing;
using Mirror.Web.Contracts;
using Xunit;

namespace Mirror.Tests.Features.Mirrors;

public sealed class ApiWriteTests
{
    private const string Version = "/api/v1/groups/default/providers/registry.terraform.io/hashicorp/null/versions/1.0.0";
    private static readonly ProviderAddress Provider = ProviderAddress.Parse("hashicorp/null");
    private static readonly ProviderVersion One = ProviderVersion.Parse("1.0.0");
    private static readonly Platform Linux = Platform.Parse("linux_amd64");

    [Fact]
    public async Task Import_Twice_ReturnsAddedThenUnchanged()
    {
        await using var server = await MirrorServer.StartAsync();

        var first = await ImportAsync(server, ProviderZip.Make("null"));
        var second = await ImportAsync(server, ProviderZip.Make("null"));

        Assert.Equal(RecordOutcome.Added, first.Outcome);
        Assert.Equal(RecordOutcome.Unchanged, second.Outcome);
        Assert.Equal(first.Hashes, second.Hashes);
        Assert.Single(StoredFiles(server));
        Assert.Empty(Directory.EnumerateFiles(server.Host.Options.StagingDirectory));
    }

    [Fact]
    public async Task Import_OtherBytes_ReplacesThem()
    {
        await using var server = await MirrorServer.StartAsync();
        await ImportAsync(server, ProviderZip.Make("null", "one"));

        var second = await ImportAsync(server, ProviderZip.Make("null", "two"));

        Assert.Equal(RecordOutcome.Replaced, second.Outcome);
        Assert.Equal(Sha256Digest.Of(ProviderZip.Make("null", "two")).Hex, Path.GetFileName(Assert.Single(StoredFiles(server))));
    }

    [Fact]
    public async Task Import_DirectoryEntries_WarnsAboutTheOtherHash()
    {
        await using var server = await MirrorServer.StartAsync();

        var import = await ImportAsync(server, ProviderZip.MakeOf(("docs/", ""), ("terraform-provider-null", "x")));

        Assert.Single(import.Warnings);
    }

    public static TheoryData<string, byte[]> NotPackages => new()
    {
        { "no zip", "not a zip archive"u8.ToArray() },
        { "empty", [] },
        { "cut off", ProviderZip.Make("null")[..^30] },
        { "another provider's", ProviderZip.Make("random") },
        { "a type with the same beginning", ProviderZip.MakeOf(("terraform-provider-nullable_v1.0.0", "x")) },
        { "executable below the top", ProviderZip.MakeOf(("bin/terraform-provider-null_v1.0.0", "x")) },
    };

    [Theory]
    [MemberData(nameof(NotPackages))]
    public async Task Import_OfAnotherFile_IsRejectedAndNotStored(string what, byte[] content)
    {
        await using var server = await MirrorServer.StartAsync();

        var refusal = await Assert.ThrowsAsync<MirrorApiException>(() => ImportAsync(server, content));

        Assert.True(refusal.Status == HttpStatusCode.UnprocessableEntity, what);
        Assert.Contains("hashicorp/null 1.0.0 linux_amd64", refusal.Message, StringComparison.Ordinal);
        await AssertNothingStoredAsync(server);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Import_TooLarge_IsRejectedWithAndWithoutContentLength(bool announced)
    {
        await using var server = await MirrorServer.StartAsync(
            options => options with { Packages = options.Packages with { MaxPackageSize = 100 } });

        var refusal = await Assert.ThrowsAsync<MirrorApiException>(() => ImportAsync(server, ProviderZip.Make("null"), announced));

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, refusal.Status);
        await AssertNothingStoredAsync(server);
    }

    [Fact]
    public async Task Import_WithoutFreeSpace_IsRejected()
    {
        await using var server = await MirrorServer.StartAsync(
            options => options with { Packages = options.Packages with { MinimumFreeSpace = long.MaxValue } });

        var refusal = await Assert.ThrowsAsync<MirrorApiException>(() => ImportAsync(server, ProviderZip.Make("null")));

        Assert.Equal(HttpStatusCode.InsufficientStorage, refusal.Status);
        await AssertNothingStoredAsync(server);
    }

    [Fact]
    public async Task Import_Aborted_LeavesNoFiles()
    {
        await using var server = await MirrorServer.StartAsync();
        using var abort = new CancellationTokenSource();
        using var half = new AbortedContent(ProviderZip.Make("null"), abort);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            new MirrorClient(server.AdminClient).ImportPackageAsync(NamespacePath.Default, Provider, One, Linux, half, abort.Token));

        await server.Host.StopAsync(); // Waits until the handler has ended.
        Assert.Empty(StoredFiles(server));
        Assert.Empty(Directory.EnumerateFiles(server.Host.Options.StagingDirectory));
    }

    [Fact]
    public async Task Import_LargerThanTheFrameworksDefaultLimit_IsAccepted()
    {
        const int DefaultLimit = 30_000_000;
        await using var server = await MirrorServer.StartAsync();

        var import = await ImportAsync(server, ProviderZip.MakeLarge("null", DefaultLimit));

        Assert.InRange(import.Size, DefaultLimit + 1, long.MaxValue);
    }

    [Fact]
    public async Task DeletePlatform_OfAStoredPackage_KeepsTheVersion()
    {
        await using var server = await MirrorServer.StartAsync();
        await ImportAsync(server, ProviderZip.Make("null"));
        var client = new MirrorClient(server.AdminClient);

        await client.DeletePlatformAsync(NamespacePath.Default, Provider, One, Linux, CancellationToken.None);

        Assert.Empty((await client.GetVersionAsync(NamespacePath.Default, Provider, One, CancellationToken.None)).Platforms);
        Assert.Empty(StoredFiles(server));
        var again = await Assert.ThrowsAsync<MirrorApiException>(
            () => client.DeletePlatformAsync(NamespacePath.Default, Provider, One, Linux, CancellationToken.None));
        Assert.Equal(HttpStatusCode.NotFound, again.Status);
    }

    [Fact]
    public async Task DeleteVersion_WithPackages_DeletesThem()
    {
        await using var server = await MirrorServer.StartAsync();
        await ImportAsync(server, ProviderZip.Make("null"));
        var client = new MirrorClient(server.AdminClient);

        await client.DeleteVersionAsync(NamespacePath.Default, Provider, One, CancellationToken.None);

        await AssertNothingStoredAsync(server);
        var again = await Assert.ThrowsAsync<MirrorApiException>(
            () => client.DeleteVersionAsync(NamespacePath.Default, Provider, One, CancellationToken.None));
        Assert.Equal(HttpStatusCode.NotFound, again.Status);
    }

    public static TheoryData<string, string, bool, string?, int> Access => new()
    {
        { "GET", "/api/v1/groups/default/versions", true, null, 200 },
        { "GET", "/api/v1/groups/default/versions", true, "wrong", 401 },
        { "GET", "/api/v1/groups/default/versions", false, null, 401 },
        { "GET", "/api/v1/groups/default/versions", false, "wrong", 401 },
        { "GET", "/api/v1/groups/default/versions", false, "admin", 200 },
        { "GET", "/api/v1/server", false, null, 401 },
        { "GET", Version, false, null, 401 },
        { "DELETE", Version, true, null, 401 },
        { "DELETE", Version, true, "wrong", 401 },
        { "DELETE", Version, true, "admin", 404 },
        { "DELETE", Version + "/platforms/linux_amd64", true, null, 401 },
        { "PUT", Version + "/platforms/linux_amd64/package", true, null, 401 },
        { "PUT", Version + "/platforms/linux_amd64/package", true, "wrong", 401 },
    };

    [Theory]
    [MemberData(nameof(Access))]
    public async Task Request_WithOrWithoutToken_IsAllowedOrDenied(
        string method, string url, bool anonymousRead, string? token, int status)
    {
        await using var server = await MirrorServer.StartAsync(
            options => options with { Auth = options.Auth with { AnonymousRead = anonymousRead } });
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(url, UriKind.Relative));
        if (token is not null)
        {
            request.Headers.Authorization = new("Bearer", token == "admin" ? server.AdminToken : token);
        }

        using var response = await server.Client.SendAsync(request);

        Assert.Equal(status, (int)response.StatusCode);
        if (status == 401)
        {
            Assert.StartsWith("Bearer", response.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
            Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        }
    }

    private static async Task<ImportedPackage> ImportAsync(MirrorServer server, byte[] package, bool announced = true)
    {
        using HttpContent content = announced ? new ByteArrayContent(package) : new StreamContent(new UnseekableStream(package));
        return await new MirrorClient(server.AdminClient).ImportPackageAsync(
            NamespacePath.Default, Provider, One, Linux, content, CancellationToken.None);
    }

    private static IEnumerable<string> StoredFiles(MirrorServer server) =>
        Directory.EnumerateFiles(Path.Combine(server.Host.Options.PackagesDirectory, "sha256"), "*", SearchOption.AllDirectories);

    private static async Task AssertNothingStoredAsync(MirrorServer server)
    {
        Assert.Empty(StoredFiles(server));
        Assert.Empty(Directory.EnumerateFiles(server.Host.Options.StagingDirectory));
        Assert.Equal(
            0,
            (await new MirrorClient(server.Client).ListVersionsAsync(NamespacePath.Default, new VersionQuery(), CancellationToken.None)).Total);
    }

    /// <summary>A stream of unknown length.</summary>
    private sealed class UnseekableStream(byte[] content) : MemoryStream(content)
    {
        public override bool CanSeek => false;
    }

    /// <summary>Sends half of the content and then cancels.</summary>
    private sealed class AbortedContent(byte[] content, CancellationTokenSource abort) : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await stream.WriteAsync(content.AsMemory(0, content.Length / 2));
            await stream.FlushAsync();
            await abort.CancelAsync();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, abort.Token);
        }

        protected override bool TryComputeLength(out long length)
        {
            length = content.Length;
            return true;
        }
    }
}
