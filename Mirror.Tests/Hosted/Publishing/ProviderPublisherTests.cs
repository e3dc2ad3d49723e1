using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Mirror.Core.Catalog;
using Mirror.Core.Configuration;
using Mirror.Core.Database;
using Mirror.Core.Storage;
using Mirror.Core.Verification;
using Mirror.Tests.Hosting;
using Mirror.Tests.Importing;
using Mirror.Tests.Origin;
using Mirror.Tests.Protocols;
using Mirror.Tests.Verification;

namespace Mirror.Tests.Hosted.Publishing;

public sealed class ProviderPublisherTests
{
    private const string Registry = ProviderServer.Registry;
    private const string Version = ProviderServer.Version;
    private const string Keys = ProviderServer.Keys;
    private const string Index = $"/v1/mirror/{PublishingServer.Host}/acme/dns/index.json";

    [Fact]
    public async Task Release_OfGoreleaser_IsVisibleWithAllPlatformsAtOnce()
    {
        await using var server = await ProviderServer.StartAsync();
        var release = new ReleaseFiles("dns", "1.0.0", "linux_amd64", "darwin_arm64", "windows_amd64");

        using var answer = await ProviderServer.PublishAsync(server, release);
        var published = await answer.Content.ReadFromJsonAsync<JsonElement>();
        using var created = await server.AdminClient.GetAsync(answer.Headers.Location);
        var details = await created.Content.ReadFromJsonAsync<JsonElement>();
        var document = await server.Client.GetFromJsonAsync<JsonElement>($"/v1/mirror/{PublishingServer.Host}/acme/dns/1.0.0.json");
        byte[] package = await server.Client.GetByteArrayAsync($"/v1/mirror/{PublishingServer.Host}/acme/dns/{release.Zip("darwin_arm64")}");

        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        Assert.Equal(
            ["darwin_arm64", "linux_amd64", "windows_amd64"],
            published.GetProperty("packages").EnumerateArray().Select(item => item.GetProperty("platform").GetString()!));
        Assert.Equal(("6.0", TestKeys.Publisher.Fingerprint), (published.GetProperty("protocols")[0].GetString(), published.GetProperty("fingerprint").GetString()));
        Assert.Equal(HttpStatusCode.OK, created.StatusCode);
        Assert.All(details.GetProperty("platforms").EnumerateArray(), item => Assert.Equal("verified", item.GetProperty("trust").GetString()));
        Assert.Equal(3, document.GetProperty("archives").EnumerateObject().Count());
        Assert.Equal(release.Files[release.Zip("darwin_arm64")], package);
        var audit = await MirrorWithOrigin.QueryAsync(server, db => db.Audit.SingleAsync(row => row.Action == "version.publish"));
        Assert.Equal(($"{PublishingServer.Host}/acme/dns", "1.0.0", "admin"), (audit.Provider, audit.Version, audit.Principal));
        Assert.Contains("3 platforms", audit.Detail, StringComparison.Ordinal);
        Assert.Empty(await MirrorWithOrigin.QueryAsync(server, db => db.Settings.Where(row => row.Name.StartsWith("pending-blobs/")).ToListAsync()));
        Assert.Empty(Directory.GetFiles(server.Host.Options.StagingDirectory));
    }

    [Fact]
    public async Task Release_InTheRegistryProtocol_HasItsOwnSumsSignatureAndKey()
    {
        await using var server = await ProviderServer.StartAsync();
        var release = new ReleaseFiles();
        using var answer = await ProviderServer.PublishAsync(server, release);
        string address = $"/v1/registries/{PublishingServer.Host}/providers/acme/dns/";

        var versions = await server.Client.GetFromJsonAsync<JsonElement>(address + "versions");
        var download = await server.Client.GetFromJsonAsync<JsonElement>(address + "1.0.0/download/linux_amd64".Replace("linux_amd64", "linux/amd64", StringComparison.Ordinal));
        var at = new Uri(server.Url, address + "1.0.0/download/linux/amd64");
        byte[] sums = await server.Client.GetByteArrayAsync(new Uri(at, download.GetProperty("shasums_url").GetString()));
        byte[] signature = await server.Client.GetByteArrayAsync(new Uri(at, download.GetProperty("shasums_signature_url").GetString()));
        byte[] zip = await server.Client.GetByteArrayAsync(new Uri(at, download.GetProperty("download_url").GetString()));

        Assert.Equal("6.0", versions.GetProperty("versions")[0].GetProperty("protocols")[0].GetString());
        Assert.Equal(release.Files[release.Sums], sums);
        Assert.Equal(release.Files[release.Signature], signature);
        Assert.Equal(release.Files[release.Zip()], zip);
        var key = Assert.Single(download.GetProperty("signing_keys").GetProperty("gpg_public_keys").EnumerateArray());
        Assert.Equal(
            (TestKeys.Publisher.KeyId, TestKeys.Publisher.ArmoredPublicKey), (key.GetProperty("key_id").GetString(), key.GetProperty("ascii_armor").GetString()));
    }

    public static TheoryData<string, string> Refusals => new()
    {
        { "wrong hash", "but SHA256SUMS lists it with" },
        { "unknown key", $"the active keys of 'acme' are {TestKeys.Publisher.KeyId}" },
        { "retired key", "which is retired: rotated" },
        { "revoked key", "which is revoked: stolen" },
        { "changed sums", "did not sign this document" },
        { "missing sums", "'terraform-provider-dns_1.0.0_SHA256SUMS' is missing" },
        { "missing signature", "'terraform-provider-dns_1.0.0_SHA256SUMS.sig' is missing" },
        { "missing zip", "SHA256SUMS lists 'terraform-provider-dns_1.0.0_darwin_arm64.zip', which is missing" },
        { "missing manifest", "SHA256SUMS lists 'terraform-provider-dns_1.0.0_manifest.json', which is missing" },
        { "extra zip", "SHA256SUMS does not list 'terraform-provider-dns_1.0.0_freebsd_arm.zip'" },
        { "unlisted manifest", "SHA256SUMS does not list 'terraform-provider-dns_1.0.0_manifest.json'" },
        { "other file", "'notes.txt' is not a file of" },
        { "other version", "'terraform-provider-dns_1.0.1_linux_amd64.zip' is not a file of" },
        { "other type", "'terraform-provider-web_1.0.0_linux_amd64.zip' is not a file of" },
        { "no zip", "zip" },
        { "no executable", "contains no provider executable 'terraform-provider-dns'" },
        { "malformed manifest", "the manifest is not valid" },
        { "armored signature", "ASCII-armored" },
        { "blank line", "of SHA256SUMS" },
        { "no package", "there is no package" },
    };

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task Release_ThatIsNotWhatItSays_IsRefusedWithTheReasonAndLeavesNothing(string fault, string reason)
    {
        await using var server = await ProviderServer.StartAsync();
        var release = new ReleaseFiles("dns", "1.0.0", "linux_amd64", "darwin_arm64");
        switch (fault)
        {
            case "wrong hash": release.Complete().Files[release.Zip()] = ProviderZip.Make("dns", "changed"); break;
            case "unknown key": release.Sign = sums => TestKeys.Other.Sign(sums); break;
            case "retired key": await ChangeKeyAsync(server, "retire", "rotated"); break;
            case "revoked key": await ChangeKeyAsync(server, "revoke", "stolen"); break;
            case "changed sums": release.Complete().Files[release.Sums] = [.. release.Files[release.Sums], .. "0"u8]; break;
            case "missing sums": release.Complete().Files.Remove(release.Sums); break;
            case "missing signature": release.Complete().Files.Remove(release.Signature); break;
            case "missing zip": release.Complete().Files.Remove(release.Zip("darwin_arm64")); break;
            case "missing manifest": release.Complete().Files.Remove(release.ManifestName); break;
            case "extra zip": release.Files[release.Zip("freebsd_arm")] = ProviderZip.Make("dns"); break;
            case "unlisted manifest": release.Listed.Remove(release.ManifestName); break;
            case "other file": release.Files["notes.txt"] = [1]; break;
            case "other version": release.Files["terraform-provider-dns_1.0.1_linux_amd64.zip"] = ProviderZip.Make("dns"); break;
            case "other type": release.Files["terraform-provider-web_1.0.0_linux_amd64.zip"] = ProviderZip.Make("web"); break;
            case "no zip": release.Files[release.Zip()] = "no zip"u8.ToArray(); break;
            case "no executable": release.Files[release.Zip()] = ProviderZip.MakeOf(("README.md", "nothing")); break;
            case "malformed manifest": release.Files[release.ManifestName] = "{}"u8.ToArray(); break;
            case "armored signature": release.Sign = sums => OpenPgpSigner.ToArmor(TestKeys.Publisher.Sign(sums)); break;
            case "blank line":
                release.Sign = sums =>
                {
                    release.Files[release.Sums] = [.. sums, .. "\n"u8];
                    return TestKeys.Publisher.Sign(release.Files[release.Sums]);
                };
                break;
            case "no package":
                release.Files.Remove(release.Zip());
                release.Files.Remove(release.Zip("darwin_arm64"));
                release.Listed.RemoveAll(name => name.EndsWith(".zip", StringComparison.Ordinal));
                break;
        }

        using var answer = await ProviderServer.PublishAsync(server, release);

        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        Assert.Contains(reason, (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("detail").GetString(), StringComparison.Ordinal);
        await AssertNothingAsync(server);
    }

    [Theory]
    [InlineData("multipart/form-data")]
    [InlineData("application/zip")]
    public async Task Body_OfAnotherMediaType_IsInvalid(string type)
    {
        await using var server = await ProviderServer.StartAsync();
        using var content = new ByteArrayContent([1, 2, 3]);
        content.Headers.TryAddWithoutValidation("Content-Type", type);

        using var answer = await server.AdminClient.PostAsync(Version, content);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        await AssertNothingAsync(server);
    }

    [Fact]
    public async Task Upload_WithoutItsEnd_IsInvalidAndLeavesNothing()
    {
        await using var server = await ProviderServer.StartAsync();
        var release = new ReleaseFiles();
        release.Files[release.Zip()] = ProviderZip.MakeLarge("dns", 50_000);
        using var whole = release.ToContent();
        byte[] bytes = await whole.ReadAsByteArrayAsync();
        using var content = new ByteArrayContent(bytes[..(bytes.Length / 2)]);
        content.Headers.ContentType = whole.Headers.ContentType;

        using var answer = await server.AdminClient.PostAsync(Version, content);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        string body = await answer.Content.ReadAsStringAsync();
        Assert.True(body.Contains("incomplete or malformed", StringComparison.Ordinal), body);
        await AssertNothingAsync(server);
    }

    [Fact]
    public async Task Upload_OfAClientThatDisconnects_LeavesNothing()
    {
        await using var server = await ProviderServer.StartAsync();
        using var whole = new ReleaseFiles().ToContent();
        byte[] bytes = await whole.ReadAsByteArrayAsync();
        using var content = new BrokenContent(bytes, bytes.Length / 2);
        content.Headers.ContentType = whole.Headers.ContentType;

        await Assert.ThrowsAnyAsync<HttpRequestException>(() => server.AdminClient.PostAsync(Version, content));
        await server.WhenAnsweredAsync();

        await AssertNothingAsync(server);
    }

    [Fact]
    public async Task Package_LargerThanTheLimit_IsRefusedAndLeavesNothing()
    {
        await using var server = await ProviderServer.StartAsync(options => options with { Packages = options.Packages with { MaxPackageSize = 100_000 } });
        var release = new ReleaseFiles();
        release.Files[release.Zip()] = ProviderZip.MakeLarge("dns", 150_000);

        using var answer = await ProviderServer.PublishAsync(server, release);

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
        Assert.Contains("Mirror:Packages:MaxPackageSize", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        await AssertNothingAsync(server);
    }

    [Fact]
    public async Task Server_WithoutDiskSpace_RefusesAndLeavesNothing()
    {
        await using var server = await ProviderServer.StartAsync(options => options with { Packages = options.Packages with { MinimumFreeSpace = long.MaxValue / 2 } });

        using var answer = await ProviderServer.PublishAsync(server, new ReleaseFiles());

        Assert.Equal(HttpStatusCode.InsufficientStorage, answer.StatusCode);
        await AssertNothingAsync(server);
    }

    [Fact]
    public async Task Version_ThatExists_IsNeverReplaced()
    {
        await using var server = await ProviderServer.StartAsync();
        var release = new ReleaseFiles();
        using var first = await ProviderServer.PublishAsync(server, release);
        var changed = new ReleaseFiles();
        changed.Files[changed.Zip()] = ProviderZip.Make("dns", "changed");

        using var same = await ProviderServer.PublishAsync(server, release);
        using var other = await ProviderServer.PublishAsync(server, changed);

        Assert.Equal(
            (HttpStatusCode.Created, HttpStatusCode.Conflict, HttpStatusCode.Conflict), (first.StatusCode, same.StatusCode, other.StatusCode));
        Assert.Contains("1.0.0 exists", await other.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(
            release.Files[release.Zip()],
            await server.Client.GetByteArrayAsync($"/v1/mirror/{PublishingServer.Host}/acme/dns/{release.Zip()}"));
        Assert.Single(await StoredAsync(server));
    }

    [Fact]
    public async Task TwoPublications_OfOneVersionAtOnce_OneSucceedsAndTheOtherLeavesNothing()
    {
        await using var server = await ProviderServer.StartAsync();
        var releases = new[] { "one", "two" }.Select(content =>
        {
            var release = new ReleaseFiles("dns", "1.0.0", "linux_amd64", "darwin_arm64");
            release.Files[release.Zip()] = ProviderZip.Make("dns", content);
            return release;
        }).ToList();

        var answers = await Task.WhenAll(releases.Select(release => ProviderServer.PublishAsync(server, release)));
        int won = Array.FindIndex(answers, answer => answer.StatusCode == HttpStatusCode.Created);

        Assert.Equal([HttpStatusCode.Created, HttpStatusCode.Conflict], answers.Select(answer => answer.StatusCode).Order());
        Assert.Equal(
            releases[won].Files[releases[won].Zip()],
            await server.Client.GetByteArrayAsync($"/v1/mirror/{PublishingServer.Host}/acme/dns/{releases[won].Zip()}"));
        Assert.Equal(2, (await StoredAsync(server)).Count);
        Assert.Equal(2, await MirrorWithOrigin.QueryAsync(server, db => db.Blobs.CountAsync()));
        Array.ForEach(answers, answer => answer.Dispose());
    }

    [Fact]
    public async Task Signature_OfGnuPgWithASubkey_IsAccepted()
    {
        using var gpg = new Gpg();
        string key = gpg.MakeKey("Acme <releases@example.com>", "ed25519", "cert");
        string subkey = gpg.AddSubkey(key, "ed25519");
        await using var server = await ProviderServer.StartAsync();
        using var added = await server.AdminClient.PostAsJsonAsync(Keys, new { asciiArmor = gpg.Export(key) });
        var release = new ReleaseFiles { Sign = sums => gpg.Sign(sums, subkey + "!") };

        using var answer = await ProviderServer.PublishAsync(server, release);

        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        Assert.Equal(key, (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("fingerprint").GetString());
    }

    [Fact]
    public async Task Namespace_ThatDoesNotExist_IsRefusedWithTheCommand()
    {
        await using var server = await ProviderServer.StartAsync();
        using var content = new ReleaseFiles().ToContent();

        using var answer = await server.AdminClient.PostAsync(Registry + "/providers/other/dns/versions/1.0.0", content);

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Contains("mirror registry-namespace create other", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Release_WithOneZipForTwoPlatforms_IsStoredOnce()
    {
        await using var server = await ProviderServer.StartAsync();
        var release = new ReleaseFiles("dns", "1.0.0", "linux_amd64", "darwin_arm64");
        release.Files[release.Zip("darwin_arm64")] = release.Files[release.Zip()];

        using var answer = await ProviderServer.PublishAsync(server, release);

        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        Assert.Single(await StoredAsync(server));
    }

    private static async Task ChangeKeyAsync(MirrorServer server, string verb, string reason)
    {
        using var changed = await server.AdminClient.PostAsJsonAsync($"{Keys}/{TestKeys.Publisher.Fingerprint}/{verb}", new { reason });
        Assert.Equal(HttpStatusCode.NoContent, changed.StatusCode);
    }

    private static async Task<List<StoredPackage>> StoredAsync(MirrorServer server) =>
        await server.Services.GetRequiredService<IPackageStore>().ListAsync(CancellationToken.None).ToListAsync();

    /// <summary>Nothing is visible and nothing is left.</summary>
    private static async Task AssertNothingAsync(MirrorServer server)
    {
        Assert.Empty(await StoredAsync(server));
        Assert.Empty(Directory.GetFiles(server.Host.Options.StagingDirectory));
        Assert.Equal(
            (0, 0, 0, 0, 0),
            await MirrorWithOrigin.QueryAsync(server, async db => (
                await db.Versions.CountAsync(),
                await db.Packages.CountAsync(),
                await db.Proofs.CountAsync(),
                await db.Blobs.CountAsync(),
                await db.Settings.CountAsync(row => row.Name.StartsWith("pending-blobs/")))));
        using var index = await server.Client.GetAsync(Index);
        Assert.Equal(HttpStatusCode.NotFound, index.StatusCode);
        var list = await server.AdminClient.GetFromJsonAsync<JsonElement>("/api/v1/groups/default/versions");
        Assert.Equal(0, list.GetProperty("total").GetInt32());
    }

    /// <summary>A body that fails before its end.</summary>
    private sealed class BrokenContent(byte[] bytes, int length) : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await stream.WriteAsync(bytes.AsMemory(0, length));
            await stream.FlushAsync();
            throw new IOException("broken");
        }

        protected override bool TryComputeLength(out long computed)
        {
            computed = bytes.Length;
            return true;
        }
    }
}
