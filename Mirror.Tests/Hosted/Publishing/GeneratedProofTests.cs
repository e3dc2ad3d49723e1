using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Mirror.Core.Addresses;
using Mirror.Core.Verification;
using Mirror.Tests.Cli;
using Mirror.Tests.Hosting;
using Mirror.Tests.Importing;
using Mirror.Tests.Verification;

namespace Mirror.Tests.Hosted.Publishing;

public sealed class GeneratedProofTests
{
    private const string Own = "registry.internal.example";

    [Theory]
    [InlineData(PublishingServer.Host)]
    [InlineData(Own)]
    public async Task ImportedProvider_WithAKeyHere_IsServedSignedAndFollowsItsPackages(string hostname)
    {
        await using var server = await StartAsync();
        await CommandLine.RunAsync(server, "signing-key", "generate", "acme", "--owner", "Acme <releases@example.com>");
        byte[] linux = await ImportAsync(server, hostname, "linux_amd64");

        var first = await DownloadAsync(server, hostname, "linux/amd64");
        byte[] darwin = await ImportAsync(server, hostname, "darwin_arm64");
        var second = await DownloadAsync(server, hostname, "darwin/arm64");
        using var deleted = await server.AdminClient.DeleteAsync(Stored(hostname) + "/platforms/linux_amd64");
        var third = await DownloadAsync(server, hostname, "darwin/arm64");

        Assert.Equal([Line(linux, "linux_amd64")], first.Sums);
        Assert.Equal(linux, first.Package);
        Assert.Equal([Line(darwin, "darwin_arm64"), Line(linux, "linux_amd64")], second.Sums);
        Assert.Equal([Line(darwin, "darwin_arm64")], third.Sums);
        Assert.All([first, second, third], served => Assert.IsType<SignatureResult.Valid>(served.Result));
    }

    [Fact]
    public async Task Signature_OfAnAlgorithmWithRandomness_StaysTheSame()
    {
        using var gpg = new Gpg();
        string key = gpg.MakeKey("Acme <releases@example.com>", "nistp256");
        await using var server = await StartAsync();
        using var added = await server.AdminClient.PostAsJsonAsync(ProviderServer.Keys, new { privateKey = gpg.ExportSecret(key) });
        await ImportAsync(server, PublishingServer.Host, "linux_amd64");

        var first = await DownloadAsync(server, PublishingServer.Host, "linux/amd64");
        await CommandLine.RunAsync(server, "refresh");
        var second = await DownloadAsync(server, PublishingServer.Host, "linux/amd64");

        Assert.Equal(HttpStatusCode.Created, added.StatusCode);
        Assert.IsType<SignatureResult.Valid>(first.Result);
        Assert.Equal(first.Signature, second.Signature);
    }

    [Fact]
    public async Task ImportedProvider_WithoutAKeyHere_IsServedOnlyIfThePolicyAllowsUnsigned()
    {
        await using var server = await StartAsync();
        await ImportAsync(server, PublishingServer.Host, "linux_amd64");

        using var before = await server.Client.GetAsync(Address(PublishingServer.Host) + "versions");
        await CommandLine.RunAsync(server, "policy", "allow", $"{PublishingServer.Host}/acme/*", "--unsigned");
        using var after = await server.Client.GetAsync(Address(PublishingServer.Host) + "versions");
        var served = await DownloadAsync(server, PublishingServer.Host, "linux/amd64");

        Assert.Equal(HttpStatusCode.NotFound, before.StatusCode);
        Assert.Equal(HttpStatusCode.OK, after.StatusCode);
        Assert.Equal(SignatureFault.NoKeys, Assert.IsType<SignatureResult.Invalid>(served.Result).Fault);
        Assert.Empty(served.Signature);
    }

    [Fact]
    public async Task RetiredKey_SignsNoMore()
    {
        await using var server = await StartAsync();
        var generated = await CommandLine.RunAsync(server, "signing-key", "generate", "acme", "--owner", "Acme", "--json");
        await ImportAsync(server, PublishingServer.Host, "linux_amd64");
        await DownloadAsync(server, PublishingServer.Host, "linux/amd64");

        await CommandLine.RunAsync(server, "signing-key", "retire", "acme", (string)generated.Json["fingerprint"]!);
        using var after = await server.Client.GetAsync(Address(PublishingServer.Host) + "1.0.0/download/linux/amd64");

        Assert.Equal(HttpStatusCode.NotFound, after.StatusCode);
    }

    private static Task<MirrorServer> StartAsync() => PublishingServer.StartAsync(options => options with { Listen = options.Listen with { Https = null } });

    private static string Address(string hostname) => $"/v1/registries/{hostname}/providers/acme/dns/";

    private static string Stored(string hostname) => $"/api/v1/groups/default/providers/{hostname}/acme/dns/versions/1.0.0";

    private static string Line(byte[] zip, string platform) => $"{Sha256Digest.Of(zip).Hex}  terraform-provider-dns_1.0.0_{platform}.zip";

    private static async Task<byte[]> ImportAsync(MirrorServer server, string hostname, string platform)
    {
        byte[] zip = ProviderZip.Make("dns", platform);
        using var content = new ByteArrayContent(zip);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/zip");
        using var imported = await server.AdminClient.PutAsync($"{Stored(hostname)}/platforms/{platform}/package", content);
        Assert.Equal(HttpStatusCode.OK, imported.StatusCode);
        return zip;
    }

    private static async Task<Served> DownloadAsync(MirrorServer server, string hostname, string platform)
    {
        var at = new Uri(server.Url, $"{Address(hostname)}1.0.0/download/{platform}");
        var document = await server.Client.GetFromJsonAsync<JsonElement>(at);
        byte[] sums = await server.Client.GetByteArrayAsync(new Uri(at, document.GetProperty("shasums_url").GetString()));
        byte[] signature = await server.Client.GetByteArrayAsync(new Uri(at, document.GetProperty("shasums_signature_url").GetString()));
        byte[] package = await server.Client.GetByteArrayAsync(new Uri(at, document.GetProperty("download_url").GetString()));
        string[] keys = [.. document.GetProperty("signing_keys").GetProperty("gpg_public_keys").EnumerateArray()
            .Select(key => key.GetProperty("ascii_armor").GetString()!)];
        Assert.Equal(Sha256Digest.Of(package).Hex, document.GetProperty("shasum").GetString());
        return new Served(
            Encoding.UTF8.GetString(sums).Split('\n', StringSplitOptions.RemoveEmptyEntries),
            signature,
            package,
            new OpenPgpVerifier(TimeProvider.System).Verify(sums, signature, keys));
    }

    private sealed record Served(string[] Sums, byte[] Signature, byte[] Package, SignatureResult Result);
}
