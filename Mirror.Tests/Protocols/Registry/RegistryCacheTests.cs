using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Configuration;
using Mirror.Core.Database;
using Mirror.Core.Importing;
using Mirror.Core.Policy;
using Mirror.Tests.Importing;
using Mirror.Tests.Origin;
using Mirror.Tests.Time;
using static Mirror.Tests.Protocols.MirrorWithOrigin;
using static Mirror.Tests.Protocols.Registry.RegistryAddresses;

namespace Mirror.Tests.Protocols.Registry;

/// <summary>The provider registry protocol and the network mirror serve the same catalog.</summary>
public sealed class RegistryCacheTests
{
    [Fact]
    public async Task Package_CachedThroughTheNetworkMirror_IsServedWithoutTheOrigin()
    {
        await using var mirror = await StartAsync();
        await mirror.GetJsonAsync(MirrorWithOrigin.Base + "index.json");
        await mirror.GetJsonAsync(MirrorWithOrigin.Base + "1.0.0.json");
        byte[] first = await mirror.Client.GetByteArrayAsync(MirrorWithOrigin.Base + MirrorWithOrigin.Package);
        await mirror.WhenIdleAsync();
        mirror.Origin.ClearLog();

        await AllAsync(mirror);

        Assert.Equal(first, await mirror.Client.GetByteArrayAsync(RegistryAddresses.Package));
        Assert.Empty(mirror.Origin.Requests);
    }

    [Fact]
    public async Task Package_CachedThroughTheRegistry_IsServedByTheNetworkMirrorWithoutTheOrigin()
    {
        await using var mirror = await StartAsync();
        await AllAsync(mirror);
        await mirror.WhenIdleAsync();
        mirror.Origin.ClearLog();

        await mirror.GetJsonAsync(MirrorWithOrigin.Base + "index.json");
        var version = await mirror.GetJsonAsync(MirrorWithOrigin.Base + "1.0.0.json");
        byte[] package = await mirror.Client.GetByteArrayAsync(MirrorWithOrigin.Base + MirrorWithOrigin.Package);

        Assert.Equal(2, version.GetProperty("archives").GetProperty("linux_amd64").GetProperty("hashes").GetArrayLength());
        Assert.Equal(mirror.OriginPackage().Content, package);
        Assert.Empty(mirror.Origin.Requests);
    }

    [Fact]
    public async Task Documents_WithTheOriginStopped_AreStillServed()
    {
        await using var mirror = await StartAsync();
        await AllAsync(mirror);
        await mirror.WhenIdleAsync();
        await mirror.Origin.StopAsync();

        await AllAsync(mirror);
    }

    [Fact]
    public async Task Documents_AfterARestartWithoutTheOrigin_AreStillServed()
    {
        string data = Directory.CreateTempSubdirectory("mirror-tests-").FullName;
        try
        {
            await using (var before = await StartAsync(configure: options => options with { DataDirectory = data }))
            {
                await AllAsync(before);
                await before.WhenIdleAsync();
            }

            await using var after = await StartAsync(configure: options => options with { DataDirectory = data });
            await after.Origin.StopAsync();

            await AllAsync(after);
        }
        finally
        {
            Directory.Delete(data, recursive: true);
        }
    }

    [Fact]
    public async Task List_InOfflineMode_ContainsOnlyStoredVersions()
    {
        string data = Directory.CreateTempSubdirectory("mirror-tests-").FullName;
        try
        {
            await using (var before = await StartAsync(configure: options => options with { DataDirectory = data }))
            {
                await AllAsync(before);
                await before.WhenIdleAsync();
            }

            await using var mirror = await StartAsync(
                configure: options => options with { DataDirectory = data },
                upstream: options => options with { Mode = UpstreamMode.Offline });
            var listed = Assert.Single((await mirror.GetJsonAsync(Versions)).GetProperty("versions").EnumerateArray());
            using var other = await mirror.Client.GetAsync(Hello + "1.0.0/download/windows/amd64");

            Assert.Equal("1.0.0", listed.GetProperty("version").GetString());
            Assert.Equal(["5.0"], listed.GetProperty("protocols").EnumerateArray().Select(item => item.GetString()));
            var platform = Assert.Single(listed.GetProperty("platforms").EnumerateArray());
            Assert.Equal("linux", platform.GetProperty("os").GetString());
            Assert.Equal(
                ["linux_amd64"], (await mirror.GetJsonAsync(Download)).GetProperty("packages").EnumerateObject().Select(item => item.Name));
            Assert.Equal(HttpStatusCode.NotFound, other.StatusCode);
            await AllAsync(mirror);
            Assert.Empty(mirror.Origin.Requests);
        }
        finally
        {
            Directory.Delete(data, recursive: true);
        }
    }

    [Fact]
    public async Task ImportedPackage_WithoutAProof_IsNotOfferedAndReportsTheReason()
    {
        await using var mirror = await StartAsync(upstream: options => options with { Mode = UpstreamMode.Offline });
        await ImportAsync(mirror, "1.0.0");

        using var list = await mirror.Client.GetAsync(Versions);
        using var download = await mirror.Client.GetAsync(Download);
        using var sums = await mirror.Client.GetAsync(Sums);

        foreach (var response in new[] { list, download, sums })
        {
            Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
            Assert.Contains("SHA256SUMS", await DetailAsync(response), StringComparison.Ordinal);
        }

        var archives = (await mirror.GetJsonAsync(MirrorWithOrigin.Base + "1.0.0.json")).GetProperty("archives");
        Assert.True(archives.TryGetProperty("linux_amd64", out _));
    }

    [Fact]
    public async Task ImportedPackage_OfAnotherVersion_IsOmittedFromTheList()
    {
        await using var mirror = await StartAsync();
        await ImportAsync(mirror, "0.9.0");

        var versions = (await mirror.GetJsonAsync(Versions))
            .GetProperty("versions")
            .EnumerateArray()
            .Select(item => item.GetProperty("version").GetString());
        var index = (await mirror.GetJsonAsync(MirrorWithOrigin.Base + "index.json"))
            .GetProperty("versions")
            .EnumerateObject()
            .Select(item => item.Name);

        Assert.DoesNotContain("0.9.0", versions);
        Assert.Contains("0.9.0", index);
    }

    [Fact]
    public async Task ImportedPackage_WithADifferentHashThanSigned_IsReplacedByTheOriginsPackage()
    {
        await using var mirror = await StartAsync();
        byte[] imported = await ImportAsync(mirror, "1.0.0");

        var download = await mirror.GetJsonAsync(Download);
        byte[] served = await mirror.Client.GetByteArrayAsync(RegistryAddresses.Package);
        await mirror.WhenIdleAsync();

        Assert.NotEqual(imported, served);
        Assert.Equal(mirror.OriginPackage().Content, served);
        Assert.Equal(mirror.OriginPackage().Digest.Hex, download.GetProperty("shasum").GetString());
        Assert.Equal(
            [mirror.OriginPackage().ZipHash],
            download.GetProperty("packages").GetProperty("linux_amd64").GetProperty("hashes").EnumerateArray().Select(item => item.GetString()));
        Assert.Equal(TrustLevel.Verified, await mirror.QueryAsync(async db => (await db.Packages.SingleAsync()).Trust));
    }

    [Fact]
    public async Task ChainedMirror_InsteadOfTheOrigin_IsNotOfferedAsSigned()
    {
        await using var mirror = await StartAsync(
            origin =>
            {
                origin.AddFile($"/mirror/{Host}/example/hello/index.json", """{"versions":{"1.0.0":{}}}"""u8.ToArray(), "application/json");
                origin.AddFile($"/mirror/{Host}/example/hello/1.0.0.json", Encoding.UTF8.GetBytes(
                    """{"archives":{"linux_amd64":{"url":"hello.zip","hashes":["zh:ZEROS"]}}}""".Replace("ZEROS", new string('0', 64), StringComparison.Ordinal)), "application/json");
            },
            upstream: options => options with
            {
                Hosts = [new UpstreamHostOptions { Name = Name, MirrorUrl = new Uri(
                options.Hosts[0].ProvidersUrl!, "/mirror/") }]
            });

        foreach (string path in new[] { Versions, Download, Sums })
        {
            using var response = await mirror.Client.GetAsync(path);
            Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
            Assert.Contains("SHA256SUMS", await DetailAsync(response), StringComparison.Ordinal);
        }

        Assert.True(
            (await mirror.GetJsonAsync(MirrorWithOrigin.Base + "1.0.0.json")).GetProperty("archives").TryGetProperty("linux_amd64", out _));
    }

    [Fact]
    public async Task UnsignedProvider_AllowedByPolicy_IsOfferedWithoutKeys()
    {
        await using var mirror = await StartAsync(
            origin => origin.AddProvider("example/hello").AddVersion("1.0.0", version => version.Unsigned()));
        await mirror.Server.Services.GetRequiredService<Policies>().AddRuleAsync(
            MirrorDbContext.DefaultGroupId,
            new PolicyRule(0, PolicyRuleKind.AllowUnsigned, ProviderPattern.Parse($"{Host}/example/hello"), null, null),
            Principal.Admin,
            default);

        var download = await mirror.GetJsonAsync(Download);

        // OpenTofu accepts such a provider from its own registry. Terraform rejects it because it has no key, as it does at the origin.
        Assert.Empty(download.GetProperty("signing_keys").GetProperty("gpg_public_keys").EnumerateArray());
        Assert.Equal(mirror.Origin.Provider("example/hello")["1.0.0"].Sha256Sums, await mirror.Client.GetByteArrayAsync(Sums));
        Assert.Empty(await mirror.Client.GetByteArrayAsync(Signature));
    }

    [Fact]
    public async Task Package_RequestedConcurrently_IsDownloadedOnce()
    {
        await using var mirror = await StartAsync();

        byte[][] all = await Task.WhenAll(Enumerable.Range(0, 16).Select(i =>
            mirror.Client.GetByteArrayAsync(i % 2 == 0 ? RegistryAddresses.Package : MirrorWithOrigin.Base + MirrorWithOrigin.Package)));

        Assert.All(all, bytes => Assert.Equal(mirror.OriginPackage().Content, bytes));
        Assert.Equal(
            (1, 1, 1, 1),
            (
                mirror.Origin.Count(RequestKind.Versions),
                mirror.Origin.Count(RequestKind.Sums),
                mirror.Origin.Count(RequestKind.Signature),
                mirror.Origin.Count(RequestKind.Package)));
    }

    [Fact]
    public async Task Version_PublishedSinceTheLastList_IsFoundImmediatelyAndListed()
    {
        var time = new ManualTimeProvider();
        await using var mirror = await StartAsync(time: time);
        await mirror.GetJsonAsync(Versions);
        mirror.Origin.Provider("example/hello").AddVersion("3.0.0");
        time.Advance(TimeSpan.FromSeconds(6));

        using var download = await mirror.Client.GetAsync(Hello + "3.0.0/download/linux/amd64");
        var versions = await mirror.GetJsonAsync(Versions);

        Assert.Equal(HttpStatusCode.OK, download.StatusCode);
        Assert.Equal("3.0.0", versions.GetProperty("versions")[0].GetProperty("version").GetString());
        Assert.Equal(2, mirror.Origin.Count(RequestKind.Versions));
    }

    [Fact]
    public async Task Policy_HidingAVersion_AppliesToTheRegistry()
    {
        await using var mirror = await StartAsync();
        await mirror.GetJsonAsync(Download);
        await mirror.Server.Services.GetRequiredService<Policies>().AddRuleAsync(
            MirrorDbContext.DefaultGroupId,
            new PolicyRule(0, PolicyRuleKind.Deny, ProviderPattern.Parse($"{Host}/example/hello"), VersionConstraint.Parse("1.0.0"), null),
            Principal.Admin,
            default);

        var versions = await mirror.GetJsonAsync(Versions);

        Assert.Equal(
            ["2.0.0", "1.1.0"], versions.GetProperty("versions").EnumerateArray().Select(item => item.GetProperty("version").GetString()));
        foreach (string path in new[] { Download, Sums, Signature, RegistryAddresses.Package })
        {
            using var response = await mirror.Client.GetAsync(path);
            Assert.Equal(HttpStatusCode.UnavailableForLegalReasons, response.StatusCode);
            Assert.Contains("The policy hides", await DetailAsync(response), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Documents_OfANestedWorkspace_ShareItsRootGroupsPackages()
    {
        await using var mirror = await StartAsync();
        await mirror.QueryAsync(async db =>
        {
            var root = db.Namespaces.Add(
                new NamespaceRow { Kind = NamespaceKind.Group, Path = "platform", AutomaticCaching = true, AnonymousRead = true }).Entity;
            await db.SaveChangesAsync();
            root.RootGroupId = root.Id;
            db.Namespaces.Add(
                new NamespaceRow { Kind = NamespaceKind.Workspace, Path = "platform/download", ParentId = root.Id, RootGroupId = root.Id });
            return await db.SaveChangesAsync();
        });
        mirror.Server.Services.GetRequiredService<NamespaceDirectory>().Invalidate();
        string group = $"/v1/registries/platform/{Host}/providers/example/hello/1.0.0/", workspace = group.Replace(
            "platform/", "platform/download/", StringComparison.Ordinal);

        byte[] first = await mirror.Client.GetByteArrayAsync(workspace + MirrorWithOrigin.Package);
        await mirror.WhenIdleAsync();
        await mirror.Origin.StopAsync();
        byte[] second = await mirror.Client.GetByteArrayAsync(group + MirrorWithOrigin.Package);
        using var elsewhere = await mirror.Client.GetAsync(RegistryAddresses.Package);

        Assert.Equal(first, second);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, elsewhere.StatusCode);
    }

    private static async Task<byte[]> ImportAsync(MirrorWithOrigin mirror, string version)
    {
        byte[] zip = ProviderZip.Make("hello");
        var target = new ImportTarget(
            MirrorDbContext.DefaultGroupId,
            ProviderAddress.Parse($"{Host}/example/hello"),
            ProviderVersion.Parse(version),
            Platform.Parse("linux_amd64"));
        var outcome = await mirror.Server.Services.GetRequiredService<PackageImporter>()
            .ImportAsync(target, new MemoryStream(zip), zip.Length, Principal.Admin, default);
        Assert.IsType<ImportOutcome.Imported>(outcome);
        return zip;
    }

    private static async Task AllAsync(MirrorWithOrigin mirror)
    {
        var versions = await mirror.GetJsonAsync(Versions);
        Assert.Contains("1.0.0", versions.GetProperty("versions").EnumerateArray().Select(item => item.GetProperty("version").GetString()));
        var url = new Uri(mirror.Server.Url, Download);
        var download = await mirror.GetJsonAsync(Download);
        var version = mirror.Origin.Provider("example/hello")["1.0.0"];
        Assert.Equal(version.Sha256Sums, await RegistryDocumentTests.FollowAsync(mirror, url, download, "shasums_url"));
        Assert.NotEmpty(await RegistryDocumentTests.FollowAsync(mirror, url, download, "shasums_signature_url"));
        Assert.Equal(
            version.Package("linux_amd64").Content, await RegistryDocumentTests.FollowAsync(mirror, url, download, "download_url"));
    }

    private static async Task<string> DetailAsync(HttpResponseMessage response)
    {
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        return JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement.GetProperty("detail").GetString()!;
    }
}
