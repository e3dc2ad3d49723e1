using System.Net;
using System.Text;
using System.Text.Json;
using Mirror.Core.Addresses;
using Mirror.Core.Configuration;
using Mirror.Tests.Origin;
using Mirror.Tests.Verification;
using static Mirror.Tests.Protocols.MirrorWithOrigin;
using static Mirror.Tests.Protocols.Registry.RegistryAddresses;

namespace Mirror.Tests.Protocols.Registry;

/// <summary>The content and the addresses of the documents of the provider registry protocol.</summary>
public sealed class RegistryDocumentTests
{
    [Theory]
    [InlineData("/v1/registries/registry.example.com/providers/")]
    [InlineData("/v1/registries/default/registry.example.com/providers/")]
    [InlineData("/v1/providers/")]
    public async Task Documents_AtEachAddress_DescribeAVerifiableRelease(string address)
    {
        await using var mirror = await StartAsync(upstream: options => options with { DefaultHost = Name });
        var version = mirror.Origin.Provider("example/hello")["1.0.0"];

        var versions = await mirror.GetJsonAsync(address + "example/hello/versions");
        var url = new Uri(mirror.Server.Url, address + "example/hello/1.0.0/download/linux/amd64");
        var download = await mirror.GetJsonAsync(url.AbsoluteUri);

        Assert.Equal(
            ["2.0.0", "1.1.0", "1.0.0"],
            versions.GetProperty("versions").EnumerateArray().Select(item => item.GetProperty("version").GetString()));
        var listed = versions.GetProperty("versions")[2];
        Assert.Equal(["5.0"], Texts(listed.GetProperty("protocols")));
        Assert.Equal(
            ["darwin/arm64", "linux/amd64", "linux/arm64", "windows/amd64"],
            listed.GetProperty("platforms").EnumerateArray().Select(item => $"{item.GetProperty("os")}/{item.GetProperty("arch")}"));
        Assert.Equal(("linux", "amd64"), (download.GetProperty("os").GetString(), download.GetProperty("arch").GetString()));
        Assert.Equal(MirrorWithOrigin.Package, download.GetProperty("filename").GetString());
        Assert.Equal(version.Package("linux_amd64").Digest.Hex, download.GetProperty("shasum").GetString());
        Assert.Equal(["5.0"], Texts(download.GetProperty("protocols")));
        Assert.Equal(version.Sha256Sums, await FollowAsync(mirror, url, download, "shasums_url"));
        Assert.Equal(version.Signature, await FollowAsync(mirror, url, download, "shasums_signature_url"));
        Assert.Equal(version.Package("linux_amd64").Content, await FollowAsync(mirror, url, download, "download_url"));
        var key = Assert.Single(download.GetProperty("signing_keys").GetProperty("gpg_public_keys").EnumerateArray());
        Assert.Equal(
            (version.Keys[0].KeyId, version.Keys[0].AsciiArmor),
            (key.GetProperty("key_id").GetString(), key.GetProperty("ascii_armor").GetString()));
        Assert.Equal(1, mirror.Origin.Count(RequestKind.Package));
        mirror.Origin.AssertNoViolations();
    }

    [Fact]
    public async Task Discovery_OfTheInstance_ListsItsServices()
    {
        await using var mirror = await StartAsync();

        using var response = await mirror.Client.GetAsync("/.well-known/terraform.json");

        Assert.Equal("application/json", response.Content.Headers.GetValues("Content-Type").Single());
        var services = JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement;
        Assert.Equal("/v1/providers/", services.GetProperty("providers.v1").GetString());
    }

    [Fact]
    public async Task Protocols_SwitchedOff_AreNotServed()
    {
        await using var mirror = await StartAsync(
            upstream: options => options with { DefaultHost = Name },
            configure: options => options with { Protocols = new ProtocolsOptions { SignedPassThrough = false, Registry = false } });

        foreach (string path in new[] { Versions, "/v1/providers/example/hello/versions" })
        {
            using var response = await mirror.Client.GetAsync(path);
            Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        }

        Assert.Empty(mirror.Origin.Requests);
    }

    [Fact]
    public async Task Document_Response_IsAcceptedByClients()
    {
        await using var mirror = await StartAsync();

        using var response = await mirror.Client.GetAsync(Download);
        byte[] body = await response.Content.ReadAsByteArrayAsync();
        using var conditional = new HttpRequestMessage(HttpMethod.Get, Download);
        conditional.Headers.TryAddWithoutValidation("If-None-Match", response.Headers.ETag!.ToString());
        using var unchanged = await mirror.Client.SendAsync(conditional);
        using var head = await mirror.Client.SendAsync(new HttpRequestMessage(HttpMethod.Head, Sums));

        Assert.Equal("application/json", response.Content.Headers.GetValues("Content-Type").Single());
        Assert.Equal((byte)'{', body[0]);
        Assert.Equal(HttpStatusCode.NotModified, unchanged.StatusCode);
        Assert.Equal(mirror.Origin.Provider("example/hello")["1.0.0"].Sha256Sums.Length, head.Content.Headers.ContentLength);
    }

    [Fact]
    public async Task Download_WithAnotherHostHeader_ReturnsTheSameDocument()
    {
        await using var mirror = await StartAsync();
        string first = await mirror.Client.GetStringAsync(Download);
        using var request = new HttpRequestMessage(HttpMethod.Get, Download) { Headers = { Host = "mirror.example.net:8443" } };

        using var response = await mirror.Client.SendAsync(request);

        // All URLs are relative to the request, so the document is the same for every host name.
        Assert.Equal(first, await response.Content.ReadAsStringAsync());
        var document = JsonDocument.Parse(first).RootElement;
        foreach (string name in new[] { "download_url", "shasums_url", "shasums_signature_url" })
        {
            Assert.StartsWith("../../terraform-provider-hello_1.0.0_", document.GetProperty(name).GetString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Documents_OfARealRelease_AreIdentical()
    {
        string data = Path.Combine(AppContext.BaseDirectory, "testdata", "hashicorp");
        byte[] sums = await File.ReadAllBytesAsync(Path.Combine(data, "terraform-provider-null_3.1.0_SHA256SUMS"));
        byte[] signature = await File.ReadAllBytesAsync(Path.Combine(data, "terraform-provider-null_3.1.0_SHA256SUMS.sig"));
        string key = await File.ReadAllTextAsync(Path.Combine(data, "hashicorp.asc"));
        await using var mirror = await StartAsync(
            origin => origin.AddProvider("hashicorp/null").AddVersion(
                "3.1.0", version => version.Replay(sums, signature, new FakeSigningKey("34365D9472D7468F", key))),
            // Uses the real address, so that the pinned key applies.
            upstream: options => options with { Hosts = [options.Hosts[0] with { Name = ProviderHostname.Default }] });

        var url = new Uri(mirror.Server.Url, "/v1/registries/registry.terraform.io/providers/hashicorp/null/3.1.0/download/linux/amd64");
        var download = await mirror.GetJsonAsync(url.AbsoluteUri);
        byte[] servedSums = await FollowAsync(mirror, url, download, "shasums_url");
        byte[] servedSignature = await FollowAsync(mirror, url, download, "shasums_signature_url");
        string servedKey = download.GetProperty("signing_keys").GetProperty("gpg_public_keys")[0].GetProperty("ascii_armor").GetString()!;

        Assert.Equal(sums, servedSums);
        Assert.Equal(signature, servedSignature);
        Assert.Equal(key, servedKey);
        Assert.Contains(
            $"{download.GetProperty("shasum").GetString()}  {download.GetProperty("filename").GetString()}\n",
            Encoding.UTF8.GetString(sums),
            StringComparison.Ordinal);
    }

    [RequiresToolFact("gpg")]
    public async Task Documents_OfARealRelease_AreAcceptedByGnuPG()
    {
        string data = Path.Combine(AppContext.BaseDirectory, "testdata", "hashicorp");
        byte[] sums = await File.ReadAllBytesAsync(Path.Combine(data, "terraform-provider-null_3.1.0_SHA256SUMS"));
        byte[] signature = await File.ReadAllBytesAsync(Path.Combine(data, "terraform-provider-null_3.1.0_SHA256SUMS.sig"));
        string key = await File.ReadAllTextAsync(Path.Combine(data, "hashicorp.asc"));
        await using var mirror = await StartAsync(origin =>
            origin.AddProvider("hashicorp/null").AddVersion(
                "3.1.0", version => version.Replay(sums, signature, new FakeSigningKey("34365D9472D7468F", key))));
        var url = new Uri(mirror.Server.Url, RegistryAddresses.Base + "hashicorp/null/3.1.0/download/linux/amd64");
        var download = await mirror.GetJsonAsync(url.AbsoluteUri);
        using var gpg = new Gpg();

        var (accepted, output) = gpg.Verify(
            download.GetProperty("signing_keys").GetProperty("gpg_public_keys")[0].GetProperty("ascii_armor").GetString()!,
            await FollowAsync(mirror, url, download, "shasums_url"),
            await FollowAsync(mirror, url, download, "shasums_signature_url"));

        Assert.True(accepted, output);
    }

    [Fact]
    public async Task Versions_Invalid_AreOmitted()
    {
        await using var mirror = await StartAsync(origin => origin.AddProvider("example/hello").AddVersions("1.0.0")
            .ListAlso("v1.2.3", "latest", "1.2.3.4").Warn("hello is deprecated").EditVersions(
                list => list["versions"]![0]!["protocols"] = new System.Text.Json.Nodes.JsonArray("5.0", "five")));

        var versions = await mirror.GetJsonAsync(Versions);

        var only = Assert.Single(versions.GetProperty("versions").EnumerateArray());
        Assert.Equal("1.0.0", only.GetProperty("version").GetString());
        Assert.Equal(["5.0"], Texts(only.GetProperty("protocols")));
        Assert.Equal(["hello is deprecated"], Texts(versions.GetProperty("warnings")));
    }

    [Fact]
    public async Task Keys_Invalid_AreOmitted()
    {
        var good = FakeVersion.KeyOf(TestKeys.Publisher);
        await using var mirror = await StartAsync(origin => origin.AddProvider("example/hello").AddVersion(
            "1.0.0",
            version => version.OfferKeys(
                new FakeSigningKey("0000000000000000", "-----BEGIN PGP PUBLIC KEY BLOCK-----\n\ngarbage\n"),
                good,
                FakeVersion.KeyOf(TestKeys.Other))));

        var download = await mirror.GetJsonAsync(Download);

        Assert.Equal(
            [good.AsciiArmor, FakeVersion.KeyOf(TestKeys.Other).AsciiArmor],
            download.GetProperty("signing_keys").GetProperty("gpg_public_keys").EnumerateArray().Select(
                key => key.GetProperty("ascii_armor").GetString()));
    }

    [Fact]
    public async Task Download_ForOpenTofu_ListsEachPlatformsOwnHashes()
    {
        await using var mirror = await StartAsync();
        await mirror.Client.GetByteArrayAsync(RegistryAddresses.Package);
        await mirror.WhenIdleAsync();

        var packages = (await mirror.GetJsonAsync(Download)).GetProperty("packages");

        var stored = packages.GetProperty("linux_amd64");
        Assert.Equal([mirror.OriginPackage().ZipHash, mirror.OriginPackage().ContentHash], Texts(stored.GetProperty("hashes")));
        Assert.Equal(mirror.OriginPackage().Content.Length, stored.GetProperty("package_size").GetInt64());
        var other = packages.GetProperty("windows_amd64");
        Assert.Equal([mirror.OriginPackage(platform: "windows_amd64").ZipHash], Texts(other.GetProperty("hashes")));
        Assert.False(other.TryGetProperty("package_size", out _));
    }

    [Fact]
    public async Task Packages_WithUnconventionalNames_KeepTheirNameInSums()
    {
        await using var mirror = await StartAsync(origin => origin.AddProvider("example/hello").AddVersion(
            "1.0.0", version => version.FileNames(platform => $"hello-{platform.Os}-{platform.Arch}.zip")));

        var url = new Uri(mirror.Server.Url, Download);
        var download = await mirror.GetJsonAsync(Download);

        Assert.Equal("hello-linux-amd64.zip", download.GetProperty("filename").GetString());
        Assert.Equal(mirror.OriginPackage().Content, await FollowAsync(mirror, url, download, "download_url"));
    }

    [Fact]
    public async Task Request_MalformedOrUnlisted_Returns404WithoutAnOriginRequest()
    {
        string[] paths =
        [
            "registry.example.com/providers/example/hello/1.0.0/download/linux/AMD64",
            "registry.example.com/providers/example/hello/1.0/download/linux/amd64",
            "registry.example.com/providers/example/hello/1.0.0/download/linux",
            "registry.example.com/providers/example/hello/1.0",
            "registry.example.com/providers/example/hello/1.0.0/terraform-provider-hello_1.1.0_linux_amd64.zip",
            "registry.example.com/providers/example/hello/1.0.0/terraform-provider-hello_1.0.0_SHA256SUMS.asc",
            "registry.example.com/providers/example/hello/1.0.0/index.json",
            "registry.example.com/providers/Example/hello/versions",
            "registry.example.com/providers/example/../hello/versions",
            "registry.example.com/providers/..%2f..%2f/hello/versions",
            "registry.example.com/providers//hello/versions",
            "REGISTRY.example.com/providers/example/hello/versions",
            "registry.example.com/example/hello/versions",
            "providers/example/hello/versions",
            "default//registry.example.com/providers/example/hello/versions",
            "unlisted.example.org/providers/example/hello/versions",
            "unlisted.example.org/providers/example/hello/1.0.0/download/linux/amd64",
            "unlisted.example.org/providers/example/hello/1.0.0/terraform-provider-hello_1.0.0_SHA256SUMS",
            "unlisted.example.org/providers/example/hello/1.0.0/terraform-provider-hello_1.0.0_linux_amd64.zip",
            "",
        ];
        await using var mirror = await StartAsync();
        foreach (string path in paths)
        {
            string url = mirror.Server.Url.GetLeftPart(UriPartial.Authority) + "/v1/registries/" + path;

            using var response = await mirror.Client.GetAsync(
                new Uri(url, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }));

            Assert.Equal((path, HttpStatusCode.NotFound), (path, response.StatusCode));
            Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        }

        Assert.Empty(mirror.Origin.Requests);
    }

    internal static Task<byte[]> FollowAsync(MirrorWithOrigin mirror, Uri document, JsonElement download, string name) =>
        mirror.Client.GetByteArrayAsync(new Uri(document, download.GetProperty(name).GetString()!));

    private static IEnumerable<string?> Texts(JsonElement list) => list.EnumerateArray().Select(item => item.GetString());
}
