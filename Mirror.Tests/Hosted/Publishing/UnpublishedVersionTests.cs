using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Configuration;
using Mirror.Core.Database;
using Mirror.Core.Hosted;
using Mirror.Core.Hosted.Publishing;
using Mirror.Core.Storage;
using Mirror.Tests.Cli;
using Mirror.Tests.Hosting;
using Mirror.Tests.Importing;
using Mirror.Tests.Origin;
using Mirror.Tests.Protocols;

namespace Mirror.Tests.Hosted.Publishing;

/// <summary>A published version never changes: not by deleting and publishing it again, and not one platform at a time.</summary>
public sealed class UnpublishedVersionTests
{
    private const string Stored = $"/api/v1/groups/default/providers/{PublishingServer.Host}/acme/dns/versions/1.0.0";
    private static readonly ProviderAddress Dns = ProviderAddress.Parse($"{PublishingServer.Host}/acme/dns");
    private static readonly ProviderVersion One = ProviderVersion.Parse("1.0.0");

    [Fact]
    public async Task Provider_Unpublished_IsNeverAcceptedAgain()
    {
        await using var server = await ProviderServer.StartAsync();
        using var first = await ProviderServer.PublishAsync(server, new ReleaseFiles());
        await UnpublishAsync(server, "acme/dns");
        var changed = new ReleaseFiles();
        changed.Files[changed.Zip()] = ProviderZip.Make("dns", "changed");

        using var again = await ProviderServer.PublishAsync(server, changed);
        using var imported = await ImportAsync(server, "linux_amd64");
        using var other = await ProviderServer.PublishAsync(server, new ReleaseFiles("dns", "1.0.1", "linux_amd64"));

        Assert.Equal((HttpStatusCode.Created, HttpStatusCode.Created), (first.StatusCode, other.StatusCode));
        Assert.Equal((HttpStatusCode.Conflict, HttpStatusCode.UnprocessableEntity), (again.StatusCode, imported.StatusCode));
        foreach (var refused in new[] { again, imported })
        {
            Assert.Matches(
                "mirror.example.com/acme/dns 1.0.0 was unpublished on [0-9-]{10}, and its number cannot be used again",
                (await refused.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("detail").GetString());
        }

        var row = await MirrorWithOrigin.QueryAsync(server, db => db.UnpublishedVersions.SingleAsync());
        Assert.Equal(($"{Dns}", "1.0.0", "admin"), (row.Source, row.Version, row.UnpublishedBy));
        Assert.Equal(["1.0.1"], await MirrorWithOrigin.QueryAsync(server, db => db.Versions.Select(version => version.Version).ToListAsync()));
    }

    [Fact]
    public async Task Provider_UnpublishedWhileItIsUploadedAgain_IsRefusedAndLeavesNothing()
    {
        await using var server = await ProviderServer.StartAsync();
        var publisher = server.Services.GetRequiredService<ProviderPublisher>();
        var target = (await server.Services.GetRequiredService<RegistryNamespaces>().FindAsync("acme", CancellationToken.None))!;
        var release = new ReleaseFiles().Complete();
        using var upload = (await publisher.BeginAsync(target, Dns, One, null, CancellationToken.None)).Value;
        foreach (var (name, bytes) in release.Files)
        {
            Assert.Null(await upload.AddAsync(name, new MemoryStream(bytes), CancellationToken.None));
        }

        using var first = await ProviderServer.PublishAsync(server, release);
        await UnpublishAsync(server, "acme/dns");
        var refused = await publisher.PublishAsync(upload, Principal.System, CancellationToken.None);

        Assert.Equal(HttpStatusCode.Created, first.StatusCode);
        Assert.Equal(FailureKind.Conflict, refused.Failure?.Kind);
        Assert.Contains("was unpublished on", refused.Failure!.Message, StringComparison.Ordinal);
        Assert.Empty(await MirrorWithOrigin.QueryAsync(server, db => db.Versions.ToListAsync()));
        Assert.Empty(await server.Services.GetRequiredService<IPackageStore>().ListAsync(CancellationToken.None).ToListAsync());
    }

    [Fact]
    public async Task Module_Unpublished_IsNeverAcceptedAgain_EvenByAnotherRootGroup()
    {
        await using var server = await PublishingServer.StartAsync();
        Assert.True((await PublishingServer.PublishAsync(server, ModuleTar.Make(("main.tf", "# 1")))).IsSuccess);
        await UnpublishAsync(server, "acme/vpc/aws");

        var again = await PublishingServer.PublishAsync(server, ModuleTar.Make(("main.tf", "# 2")));
        Assert.Equal(0, (await CommandLine.RunAsync(server, "registry-namespace", "delete", "acme", "--yes")).ExitCode);
        Assert.Equal(0, (await CommandLine.RunAsync(server, "group", "create", "other")).ExitCode);
        await PublishingServer.AddNamespaceAsync(server, "acme", "other");
        long other = await PublishingServer.RootAsync(server, "other");
        var elsewhere = await PublishingServer.PublishAsync(
            server, ModuleTar.Make(("main.tf", "# 3")), configure: request => request with { RootGroupId = other });

        Assert.All([again, elsewhere], refused =>
        {
            Assert.Equal(FailureKind.Conflict, refused.Failure?.Kind);
            Assert.EndsWith("and its number cannot be used again. Publish a new version.", refused.Failure!.Message, StringComparison.Ordinal);
        });
        await PublishingServer.AssertNothingAsync(server);
    }

    [Fact]
    public async Task UnpublishedVersion_AfterTheHostnameChanged_StaysRefused()
    {
        await using var server = await PublishingServer.StartAsync();
        Assert.True((await PublishingServer.PublishAsync(server, ModuleTar.Make(("main.tf", "# 1")))).IsSuccess);
        await UnpublishAsync(server, "acme/vpc/aws");

        await new HostnameChange(
            server.Host.Options with
            {
                PublicUrl = new Uri("https://new.example.com"),
                Hosted = new HostedOptions { Hostnames = [ProviderHostname.Parse(PublishingServer.Host)] },
            },
            server.Services.GetRequiredService<IDbContextFactory<MirrorDbContext>>(),
            TimeProvider.System,
            NullLogger<HostnameChange>.Instance).ApplyAsync(CancellationToken.None);

        Assert.NotNull(await server.Services.GetRequiredService<UnpublishedVersions>().FindAsync(
            ModuleAddress.Parse("new.example.com/acme/vpc/aws"), One, CancellationToken.None));
    }

    [Fact]
    public async Task Platform_OfAPublishedVersion_CannotBeDeletedAlone()
    {
        await using var server = await ProviderServer.StartAsync();
        using var published = await ProviderServer.PublishAsync(server, new ReleaseFiles("dns", "1.0.0", "linux_amd64", "darwin_arm64"));

        var refused = await CommandLine.RunAsync(server, "delete-platform", "default", $"{Dns}", "1.0.0", "linux_amd64", "--yes");

        Assert.Equal(HttpStatusCode.Created, published.StatusCode);
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains($"mirror unpublish {Dns} 1.0.0", refused.Error, StringComparison.Ordinal);
        Assert.Equal(2, await MirrorWithOrigin.QueryAsync(server, db => db.Packages.CountAsync()));
    }

    [Fact]
    public async Task ImportedVersion_WithoutASignature_LosesPlatformsAndMayBeImportedAgain()
    {
        await using var server = await ProviderServer.StartAsync();
        using var imported = await ImportAsync(server, "linux_amd64");

        var platform = await CommandLine.RunAsync(server, "delete-platform", "default", $"{Dns}", "1.0.0", "linux_amd64", "--yes");
        await UnpublishAsync(server, "acme/dns");
        using var again = await ImportAsync(server, "linux_amd64");

        Assert.Equal(0, platform.ExitCode);
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (imported.StatusCode, again.StatusCode));
    }

    private static async Task UnpublishAsync(MirrorServer server, string address)
    {
        var unpublished = await CommandLine.RunAsync(server, "unpublish", address, "1.0.0", "--yes");
        Assert.True(unpublished.ExitCode == 0, unpublished.Error);
    }

    private static async Task<HttpResponseMessage> ImportAsync(MirrorServer server, string platform)
    {
        using var content = new ByteArrayContent(ProviderZip.Make("dns", platform));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/zip");
        return await server.AdminClient.PutAsync($"{Stored}/platforms/{platform}/package", content);
    }
}
