using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Mirror.Core.Addresses;
using Mirror.Core.Database;
using Mirror.Core.Hosted;
using Mirror.Core.Hosted.Publishing;
using Mirror.Tests.Cli;
using Mirror.Tests.Hosting;
using Mirror.Tests.Importing;
using Mirror.Tests.Origin;

namespace Mirror.Tests.Hosted.Publishing;

/// <summary>The roles that read and change published providers and modules, and the keys that may sign them.</summary>
public sealed class PublishingAccessTests
{
    /// <summary>The namespace belongs to a group in which the caller has no role, and which the request does not name.</summary>
    [Theory]
    [InlineData("/v1/modules/acme/dir/aws/versions", "module mirror.example.com/acme/dir/aws")]
    [InlineData("/v1/modules/acme/dir/aws/1.0.0/download", "module mirror.example.com/acme/dir/aws")]
    [InlineData("/v1/providers/acme/dns/versions", "provider mirror.example.com/acme/dns")]
    [InlineData("/v1/providers/acme/dns/1.0.0/download/linux/amd64", "provider mirror.example.com/acme/dns")]
    public async Task Address_OfAnotherGroup_IsAnsweredAsIfNothingWerePublished(string url, string named)
    {
        await using var server = await ProviderServer.StartAsync();
        await CommandLine.RunAsync(server, "group", "create", "platform");
        await CommandLine.RunAsync(server, "registry-namespace", "delete", "acme", "--yes");
        await PublishingServer.AddNamespaceAsync(server, "acme", "platform");
        await PublishingServer.AddNamespaceAsync(server, "mine", "default");
        using var client = await ProviderServer.CreateClientAsync(server, "owner");

        using var hidden = await client.GetAsync(url);
        using var anonymous = await server.Client.GetAsync(url);
        string detail = await DetailAsync(hidden);

        Assert.Equal(HttpStatusCode.NotFound, hidden.StatusCode);
        Assert.Equal($"The {named} is not available: it is not published.", detail);
        Assert.Equal(HttpStatusCode.Unauthorized, anonymous.StatusCode);
        Assert.DoesNotContain("platform", await anonymous.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        if (url.EndsWith("/versions", StringComparison.Ordinal))
        {
            using var unknown = await client.GetAsync(url.Replace("acme", "mine", StringComparison.Ordinal));
            Assert.Equal(HttpStatusCode.NotFound, unknown.StatusCode);
            Assert.Equal(detail, (await DetailAsync(unknown)).Replace("mine", "acme", StringComparison.Ordinal));
        }
    }

    [Theory]
    [InlineData("deployer", PublishingServer.Host, HttpStatusCode.Forbidden)]
    [InlineData("owner", PublishingServer.Host, HttpStatusCode.OK)]
    [InlineData("deployer", "registry.internal.example", HttpStatusCode.OK)]
    public async Task Import_AtTheOwnHostname_NeedsAnOwner(string role, string hostname, HttpStatusCode expected)
    {
        await using var server = await ProviderServer.StartAsync();
        using var client = await ProviderServer.CreateClientAsync(server, role);

        using var answer = await ImportAsync(client, hostname, "1.0.0", ProviderZip.Make("dns"));

        Assert.Equal(expected, answer.StatusCode);
        if (expected == HttpStatusCode.Forbidden)
        {
            Assert.Contains("Only an owner imports", await DetailAsync(answer), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("1.0.0")]
    [InlineData("2.0.0")]
    public async Task Bytes_ThatARevokedKeySigned_AreNotImportedUnderAnyVersion(string version)
    {
        await using var server = await ProviderServer.StartAsync();
        var release = new ReleaseFiles();
        using var published = await ProviderServer.PublishAsync(server, release);
        using var before = await ImportAsync(server.AdminClient, PublishingServer.Host, "3.0.0", release.Files[release.Zip()]);
        await CommandLine.RunAsync(server, "signing-key", "revoke", "acme", TestKeys.Publisher.Fingerprint, "--reason", "stolen", "--yes");

        using var refused = await ImportAsync(server.AdminClient, PublishingServer.Host, version, release.Files[release.Zip()]);
        using var others = await ImportAsync(server.AdminClient, PublishingServer.Host, "2.0.1", ProviderZip.Make("dns", "other"));

        Assert.Equal((HttpStatusCode.Created, HttpStatusCode.OK), (published.StatusCode, before.StatusCode));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.StatusCode);
        Assert.Contains("was revoked: stolen", await DetailAsync(refused), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, others.StatusCode);
    }

    /// <summary>The upload has begun with an active key, which changes before the version is written.</summary>
    [Theory]
    [InlineData(PublishingKeyState.Retired)]
    [InlineData(PublishingKeyState.Revoked)]
    public async Task Key_ThatChangesDuringAnUpload_SignsNothing(PublishingKeyState state)
    {
        await using var server = await ProviderServer.StartAsync();
        var registry = server.Services.GetRequiredService<RegistryNamespaces>();
        var publisher = server.Services.GetRequiredService<ProviderPublisher>();
        var target = (await registry.FindAsync("acme", CancellationToken.None))!;
        var release = new ReleaseFiles();
        release.Complete();
        var begun = await publisher.BeginAsync(
            target, ProviderAddress.Parse($"{PublishingServer.Host}/acme/dns"),
            ProviderVersion.Parse("1.0.0"), null, CancellationToken.None);
        using var upload = begun.Value;
        foreach (var (name, content) in release.Files)
        {
            Assert.Null(await upload.AddAsync(name, new MemoryStream(content), CancellationToken.None));
        }

        var keys = server.Services.GetRequiredService<PublishingKeys>();
        var changed = state == PublishingKeyState.Retired
            ? await keys.RetireAsync(target, TestKeys.Publisher.Fingerprint, "rotated", Principal.System, CancellationToken.None)
            : await keys.RevokeAsync(target, TestKeys.Publisher.Fingerprint, "stolen", Principal.System, CancellationToken.None);
        var outcome = await publisher.PublishAsync(upload, Principal.System, CancellationToken.None);
        upload.Dispose();

        Assert.Equal(PublishingKeyOutcome.Changed, changed);
        Assert.False(outcome.IsSuccess);
        Assert.Contains($"which is {state.ToString().ToLowerInvariant()}", outcome.Failure!.Message, StringComparison.Ordinal);
        await PublishingServer.AssertNothingAsync(server);
    }

    private static async Task<HttpResponseMessage> ImportAsync(HttpClient client, string hostname, string version, byte[] zip)
    {
        using var content = new ByteArrayContent(zip);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/zip");
        return await client.PutAsync(
            $"/api/v1/groups/default/providers/{hostname}/acme/dns/versions/{version}/platforms/linux_amd64/package", content);
    }

    private static async Task<string> DetailAsync(HttpResponseMessage answer) =>
        JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement.GetProperty("detail").GetString()!;
}
