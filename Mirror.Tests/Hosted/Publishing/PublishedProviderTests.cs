using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Hosted;
using Mirror.Core.Storage;
using Mirror.Core.Verification;
using Mirror.Tests.Cli;
using Mirror.Tests.Hosting;
using Mirror.Tests.Importing;
using Mirror.Tests.Origin;
using Mirror.Tests.Protocols;

namespace Mirror.Tests.Hosted.Publishing;

public sealed class PublishedProviderTests
{
    private const string Host = PublishingServer.Host;
    private const string Network = $"/v1/mirror/{Host}/acme/dns/";
    private const string PassThrough = $"/v1/registries/{Host}/providers/acme/dns/";
    private const string Own = "/v1/providers/acme/dns/";
    private const string Stored = $"/api/v1/groups/default/providers/{Host}/acme/dns/versions/";

    [Fact]
    public async Task Command_PublishesTheDirectoryOfGoreleaser_AndUnpublishes()
    {
        await using var server = await ProviderServer.StartAsync();
        string directory = Path.Combine(server.DataDirectory, "dist");
        var release = new ReleaseFiles("dns", "1.0.0", "linux_amd64", "darwin_arm64");
        release.WriteTo(directory);
        await File.WriteAllTextAsync(Path.Combine(directory, "artifacts.json"), "{}");
        await File.WriteAllTextAsync(Path.Combine(directory, "terraform-provider-dns_1.0.1_linux_amd64.zip"), "another version");

        var foreign = await CommandLine.RunAsync(server, "publish", "provider", directory, "registry.terraform.io/acme/dns", "1.0.0");
        var missing = await CommandLine.RunAsync(server, "publish", "provider", directory, "acme/dns", "2.0.0");
        var published = await CommandLine.RunAsync(server, "publish", "provider", directory, $"{Host}/acme/dns", "1.0.0");
        var again = await CommandLine.RunAsync(server, "publish", "provider", directory, "acme/dns", "1.0.0", "--json");
        var unpublished = await CommandLine.RunAsync(server, "unpublish", "acme/dns", "1.0.0", "--yes");
        var reused = await CommandLine.RunAsync(server, "publish", "provider", directory, "acme/dns", "1.0.0");
        string next = Path.Combine(server.DataDirectory, "next");
        new ReleaseFiles("dns", "1.0.1", "linux_amd64", "darwin_arm64").WriteTo(next);
        var json = await CommandLine.RunAsync(server, "publish", "provider", next, "acme/dns", "1.0.1", "--json");

        Assert.Equal(1, foreign.ExitCode);
        Assert.Contains("is not the hostname of this server", foreign.Error, StringComparison.Ordinal);
        Assert.Equal(1, missing.ExitCode);
        Assert.Contains("does not contain 'terraform-provider-dns_2.0.0_SHA256SUMS'", missing.Error, StringComparison.Ordinal);
        Assert.Equal(0, published.ExitCode);
        Assert.Contains(
            $"Published {Host}/acme/dns 1.0.0, signed with the key {TestKeys.Publisher.Fingerprint}.\n", published.Output, StringComparison.Ordinal);
        Assert.Equal(1, again.ExitCode);
        Assert.Contains("1.0.0 exists", again.Error, StringComparison.Ordinal);
        Assert.Equal((0, "Deleted acme/dns 1.0.0.\n"), (unpublished.ExitCode, unpublished.Output));
        Assert.Equal(1, reused.ExitCode);
        Assert.Contains("its number cannot be used again", reused.Error, StringComparison.Ordinal);
        Assert.Equal(2, json.Json["packages"]!.AsArray().Count);
    }

    [Fact]
    public async Task Deprecations_AreWarningsOfTheRegistryProtocol_UntilTheyAreCleared()
    {
        await using var server = await WithVersionsAsync("1.0.0", "1.1.0");

        await CommandLine.RunAsync(server, "deprecate", "acme/dns", "1.0.0", "--message", "Loses records.", "--link", "https://example.com/1");
        string[] one = await WarningsAsync(server);
        await CommandLine.RunAsync(server, "deprecate", "acme/dns", "--message", "Use acme/names.");
        string[] two = await WarningsAsync(server);
        await CommandLine.RunAsync(server, "unpublish", "acme/dns", "1.0.0", "--yes");
        string[] left = await WarningsAsync(server);
        await CommandLine.RunAsync(server, "deprecate", "acme/dns", "--clear");
        string[] none = await WarningsAsync(server);

        Assert.Equal([$"Version 1.0.0 of {Host}/acme/dns is deprecated: Loses records. See https://example.com/1"], one);
        Assert.Equal($"{Host}/acme/dns is deprecated: Use acme/names.", two[0]);
        Assert.Equal(2, two.Length);
        Assert.Equal([$"{Host}/acme/dns is deprecated: Use acme/names."], left);
        Assert.Empty(none);
    }

    [Fact]
    public async Task RevokedKey_WithholdsItsVersionsEverywhere_AndNoOthers()
    {
        await using var server = await WithVersionsAsync("1.0.0");
        using var added = await server.AdminClient.PostAsJsonAsync(
            ProviderServer.Keys, new { asciiArmor = TestKeys.Other.ArmoredPublicKey });
        var other = new ReleaseFiles("dns", "1.1.0") { Sign = sums => TestKeys.Other.Sign(sums) };
        using var second = await ProviderServer.PublishAsync(server, other);
        string zip = new ReleaseFiles().Zip();
        // All of them are cached before the key is revoked.
        string[] addresses = [Network + "1.0.0.json", Network + zip, PassThrough + "1.0.0/download/linux/amd64", Own + "1.0.0/download/linux/amd64"];
        foreach (string address in addresses)
        {
            using var before = await server.Client.GetAsync(address);
            Assert.Equal(HttpStatusCode.OK, before.StatusCode);
        }

        await CommandLine.RunAsync(server, "signing-key", "revoke", "acme", TestKeys.Publisher.Fingerprint, "--reason", "stolen", "--yes");

        foreach (string address in addresses)
        {
            using var withheld = await server.Client.GetAsync(address);
            Assert.Equal((address, HttpStatusCode.UnavailableForLegalReasons), (address, withheld.StatusCode));
            Assert.Contains($"the key {TestKeys.Publisher.Fingerprint} that signed it was revoked: stolen", await withheld.Content.ReadAsStringAsync(), StringComparison.Ordinal);
            Assert.Contains("publish a new version that an active key signs", await withheld.Content.ReadAsStringAsync(), StringComparison.Ordinal);
            Assert.DoesNotContain("policy", await withheld.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }

        var diagnosed = await CommandLine.RunAsync(server, "diagnose", $"{Host}/acme/dns", "1.0.0");
        Assert.StartsWith($"{Host}/acme/dns 1.0.0 is withheld: the key {TestKeys.Publisher.Fingerprint} that signed it was revoked: stolen.", diagnosed.Output, StringComparison.Ordinal);
        Assert.Contains("Publish a new version that is signed by an active key, or use another version, such as 1.1.0.", diagnosed.Output, StringComparison.Ordinal);
        Assert.Contains($"{Host} is this server, which publishes the provider", diagnosed.Output, StringComparison.Ordinal);
        Assert.Contains("2 published, 1 withheld because their key was revoked, 0 hidden by policy", diagnosed.Output, StringComparison.Ordinal);

        Assert.Equal(["1.1.0"], (await server.Client.GetFromJsonAsync<JsonElement>(Network + "index.json")).GetProperty("versions").EnumerateObject().Select(item => item.Name));
        Assert.Equal(["1.1.0"], await VersionsAsync(server, PassThrough));
        Assert.Equal(["1.1.0"], await VersionsAsync(server, Own));
        var hidden = await server.AdminClient.GetFromJsonAsync<JsonElement>("/api/v1/groups/default/versions?hidden=true");
        Assert.Equal(["1.0.0"], hidden.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("version").GetString()!));
    }

    [Fact]
    public async Task NewestVersion_OfARevokedKey_IsNotTheNewestOfTheRegistry()
    {
        await using var server = await WithVersionsAsync("1.0.0");
        using var added = await server.AdminClient.PostAsJsonAsync(
            ProviderServer.Keys, new { asciiArmor = TestKeys.Other.ArmoredPublicKey });
        using var second = await ProviderServer.PublishAsync(
            server, new ReleaseFiles("dns", "1.1.0") { Sign = sums => TestKeys.Other.Sign(sums) });
        var contents = server.Services.GetRequiredService<PublishedContents>();
        var scope = await server.Services.GetRequiredService<NamespaceDirectory>().FindAsync(NamespacePath.Default, CancellationToken.None);
        var before = Assert.Single(await contents.ListAsync(scope!.RootGroupId, 10, CancellationToken.None));

        await CommandLine.RunAsync(server, "signing-key", "revoke", "acme", TestKeys.Other.Fingerprint, "--reason", "stolen", "--yes");
        var after = Assert.Single(await contents.ListAsync(scope.RootGroupId, 10, CancellationToken.None));

        Assert.Equal(("1.1.0", 0), (before.Newest.Value, before.Withheld.Count));
        Assert.Equal("1.0.0", after.Newest.Value);
        Assert.Equal(["1.1.0"], after.Withheld.Select(version => version.Value));
    }

    [Fact]
    public async Task RetiredKey_KeepsItsVersionsAvailable()
    {
        await using var server = await WithVersionsAsync("1.0.0");

        await CommandLine.RunAsync(server, "signing-key", "retire", "acme", TestKeys.Publisher.Fingerprint);

        Assert.Equal(["1.0.0"], await VersionsAsync(server, Own));
    }

    [Fact]
    public async Task Deletion_AtTheOwnHostname_NeedsAnOwner()
    {
        await using var server = await WithVersionsAsync("1.0.0");
        var deployer = await ProviderServer.CreateClientAsync(server, "deployer");
        var owner = await ProviderServer.CreateClientAsync(server, "owner");

        using var platform = await deployer.DeleteAsync(Stored + "1.0.0/platforms/linux_amd64");
        using var version = await deployer.DeleteAsync(Stored + "1.0.0");
        string[] still = await VersionsAsync(server, Own);
        using var deleted = await owner.DeleteAsync(Stored + "1.0.0");
        using var index = await server.Client.GetAsync(Network + "index.json");

        Assert.Equal((HttpStatusCode.Forbidden, HttpStatusCode.Forbidden), (platform.StatusCode, version.StatusCode));
        Assert.Equal(["1.0.0"], still);
        Assert.Equal((HttpStatusCode.NoContent, HttpStatusCode.NotFound), (deleted.StatusCode, index.StatusCode));
        Assert.Empty(await server.Services.GetRequiredService<IPackageStore>().ListAsync(CancellationToken.None).ToListAsync());
        Assert.Empty(await MirrorWithOrigin.QueryAsync(server, db => db.Proofs.ToListAsync()));
    }

    [Fact]
    public async Task Publication_NeedsADeployer_AndKeysNeedAnOwner()
    {
        await using var server = await ProviderServer.StartAsync();
        var viewer = await ProviderServer.CreateClientAsync(server, "viewer");
        var deployer = await ProviderServer.CreateClientAsync(server, "deployer");
        using var content = new ReleaseFiles().ToContent();
        using var second = new ReleaseFiles().ToContent();

        using var refused = await viewer.PostAsync(ProviderServer.Version, content);
        using var key = await deployer.PostAsJsonAsync(ProviderServer.Keys, new { asciiArmor = TestKeys.Other.ArmoredPublicKey });
        using var published = await deployer.PostAsync(ProviderServer.Version, second);
        using var deprecated = await deployer.PutAsJsonAsync(ProviderServer.Version + "/deprecation", new { message = "old" });

        Assert.Equal(
            (HttpStatusCode.Forbidden, HttpStatusCode.Forbidden, HttpStatusCode.Created, HttpStatusCode.OK),
            (refused.StatusCode, key.StatusCode, published.StatusCode, deprecated.StatusCode));
    }

    [Fact]
    public async Task Import_IntoAPublishedVersion_AddsNothing()
    {
        await using var server = await WithVersionsAsync("1.0.0");
        using var other = new ByteArrayContent(ProviderZip.Make("dns", "other"));
        using var again = new ByteArrayContent(ProviderZip.Make("dns", "other"));

        using var platform = await server.AdminClient.PutAsync(Stored + "1.0.0/platforms/darwin_arm64/package", other);
        using var same = await server.AdminClient.PutAsync(Stored + "1.0.0/platforms/linux_amd64/package", again);
        var details = await server.AdminClient.GetFromJsonAsync<JsonElement>(Stored + "1.0.0");

        Assert.Equal((HttpStatusCode.UnprocessableEntity, HttpStatusCode.UnprocessableEntity), (platform.StatusCode, same.StatusCode));
        Assert.Contains("published versions do not change", await platform.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Single(details.GetProperty("platforms").EnumerateArray());
        Assert.Single(await server.Services.GetRequiredService<IPackageStore>().ListAsync(CancellationToken.None).ToListAsync());
    }

    [Fact]
    public async Task ImportedProof_AtTheOwnHostname_NeedsAKeyOfTheNamespace()
    {
        await using var server = await ProviderServer.StartAsync();

        async Task<HttpStatusCode> ImportAsync(OpenPgpSigner signer)
        {
            var release = new ReleaseFiles { Sign = sums => signer.Sign(sums) }.Complete();
            using var answer = await server.AdminClient.PutAsJsonAsync(Stored + "1.0.0/proof", new
            {
                sha256Sums = release.Files[release.Sums],
                signature = release.Files[release.Signature],
                signingKeys = new[] { new { asciiArmor = signer.ArmoredPublicKey } },
                protocols = new[] { "5.0" },
                files = new[] { new { platform = "linux_amd64", fileName = release.Zip() } },
            });
            return answer.StatusCode;
        }

        Assert.Equal(HttpStatusCode.UnprocessableEntity, await ImportAsync(TestKeys.Other));
        Assert.Equal(HttpStatusCode.OK, await ImportAsync(TestKeys.Publisher));
    }

    private static async Task<MirrorServer> WithVersionsAsync(params string[] versions)
    {
        var server = await ProviderServer.StartAsync();
        foreach (string version in versions)
        {
            using var published = await ProviderServer.PublishAsync(server, new ReleaseFiles("dns", version));
            Assert.Equal(HttpStatusCode.Created, published.StatusCode);
        }

        return server;
    }

    private static async Task<string[]> VersionsAsync(MirrorServer server, string address) =>
        [.. (await server.Client.GetFromJsonAsync<JsonElement>(address + "versions")).GetProperty("versions").EnumerateArray()
            .Select(item => item.GetProperty("version").GetString()!)];

    private static async Task<string[]> WarningsAsync(MirrorServer server) =>
        (await server.Client.GetFromJsonAsync<JsonElement>(Own + "versions")).TryGetProperty("warnings", out var warnings) && warnings.ValueKind == JsonValueKind.Array
            ? [.. warnings.EnumerateArray().Select(item => item.GetString()!)]
            : [];
}
