using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Configuration;
using Mirror.Core.Database;
using Mirror.Tests.Cli;
using Mirror.Tests.Origin;
using static Mirror.Tests.Protocols.MirrorWithOrigin;
using static Mirror.Tests.Protocols.Registry.HostedContent;

namespace Mirror.Tests.Protocols.Registry;

/// <summary>The meaning of the own hostname and of routed namespaces. No decision may have a fallback to an origin.</summary>
public sealed class HostedRoutingTests
{
    [Fact]
    public async Task RegistryHost_OfAHostedNamespace_ServesOnlyItsRootGroup()
    {
        await using var mirror = await HostedContent.StartAsync();
        await AddAsync(mirror, "team");
        var admin = mirror.Server.AdminClient;

        await AssertHostedAsync(admin, "/v1/providers/acme/hello/versions", "/v1/modules/acme/vpc/aws/versions", "/v1/modules/Acme/vpc/aws/versions");
        var document = await admin.GetFromJsonAsync<JsonElement>("/v1/providers/acme/hello/1.0.0/download/linux/amd64");
        Assert.Equal(Package, document.GetProperty("filename").GetString());
        using var package = await mirror.Client.GetAsync(
            new Uri(new Uri("https://mirror/v1/providers/acme/hello/1.0.0/download/linux/amd64"), document.GetProperty("download_url").GetString()).PathAndQuery);
        Assert.Equal(HttpStatusCode.OK, package.StatusCode);
        // The root group cannot be read anonymously, and that something is not published is not a reason to ask the origin.
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(mirror.Client, "/v1/providers/acme/hello/versions"));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(mirror.Client, "/v1/modules/acme/vpc/aws/versions"));
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(admin, "/v1/providers/acme/only-there/versions"));
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(admin, "/v1/providers/acme/hello/2.0.0/download/linux/amd64"));
        Assert.Empty(mirror.Origin.Requests);
        // Other namespaces are those of the default host.
        var versions = await mirror.GetJsonAsync("/v1/providers/example/hello/versions");
        Assert.Equal("2.0.0", versions.GetProperty("versions")[0].GetProperty("version").GetString());
    }

    [Fact]
    public async Task OwnHostname_AndItsAlias_ReachThePublishedContent()
    {
        await using var mirror = await HostedContent.StartAsync();
        await AddAsync(mirror);

        foreach (string host in new[] { HostedContent.Hostname, Alias })
        {
            await AssertHostedAsync(
                mirror.Client,
                $"/v1/mirror/{host}/acme/hello/index.json",
                $"/{host}/acme/hello/1.0.0.json",
                $"/v1/provider-mirror/providers/default/{host}/acme/hello/index.json",
                $"/v1/registries/{host}/providers/acme/hello/versions",
                $"/v1/registries/default/{host}/modules/acme/vpc/aws/versions",
                $"/api/v1/groups/default/providers/{host}/acme/hello/versions/1.0.0");
            Assert.Equal(HttpStatusCode.OK, await StatusAsync(mirror.Client, $"/v1/mirror/{host}/acme/hello/{Package}"));
            Assert.Equal(HttpStatusCode.OK, await StatusAsync(mirror.Client, $"/v1/registries/{host}/modules/acme/vpc/aws/1.0.0/module.zip"));
        }

        Assert.Empty(mirror.Origin.Requests);
    }

    [Fact]
    public async Task OwnHostname_InAnotherRootGroup_HasNothing()
    {
        await using var mirror = await HostedContent.StartAsync();
        await AddAsync(mirror, "team");

        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(mirror.Client, $"/v1/mirror/{HostedContent.Hostname}/acme/hello/index.json"));
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(mirror.Client, $"/v1/registries/{Alias}/modules/acme/vpc/aws/versions"));
        Assert.Empty(mirror.Origin.Requests);
    }

    /// <summary>Even if the operator has made it an origin, which the configuration refuses.</summary>
    [Theory]
    [InlineData(Host)]
    [InlineData("other.example.com")]
    public async Task OwnHostname_AsAnOrigin_IsNeverQueried(string publicHost)
    {
        await using var mirror = await HostedContent.StartAsync(
            options => options with { PublicUrl = new Uri($"https://{publicHost}"), Hosted = new HostedOptions { Hostnames = [Name] } },
            upstream => upstream with { DefaultHost = ProviderHostname.Default });
        string[] paths =
        [
            $"/v1/mirror/{Host}/example/hello/index.json",
            $"/v1/mirror/{Host}/example/hello/{Package}",
            $"/v1/registries/{Host}/providers/example/hello/versions",
            $"/v1/registries/{Host}/modules/example/vpc/aws/versions",
            $"/v1/registries/{Host}/modules/example/vpc/aws/2.0.0/download",
        ];

        Assert.All(await Task.WhenAll(paths.Select(path => StatusAsync(mirror.Client, path))), status => Assert.Equal(HttpStatusCode.NotFound, status));
        await RunAsync(mirror, "refresh", $"{Host}/example/hello");
        var sync = await CommandLine.RunAsync(mirror.Server, "sync", $"{Host}/example/hello", "--platform", "linux_amd64");
        Assert.All(await Task.WhenAll(paths.Select(path => StatusAsync(mirror.Client, path))), status => Assert.Equal(HttpStatusCode.NotFound, status));

        Assert.Equal(1, sync.ExitCode);
        Assert.Empty(mirror.Origin.Requests);
    }

    [Fact]
    public async Task ConfiguredRoutes_OfNamespaces_DecideWhatTheRegistryHostQueries()
    {
        await using var mirror = await HostedContent.StartAsync(upstream: upstream => upstream with
        {
            AllowAnyHost = false,
            DefaultHost = ProviderHostname.Default,
            Mode = UpstreamMode.Offline,
            Hosts = [.. upstream.Hosts.Select(host => host with { Mode = UpstreamMode.Online })],
            Routes =
            [
                new UpstreamRouteOptions { Namespace = "acme", Host = null },
                new UpstreamRouteOptions { Namespace = "example", Host = Name },
            ],
        });

        var versions = await mirror.GetJsonAsync("/v1/providers/example/hello/versions");
        var modules = await mirror.GetJsonAsync("/v1/modules/example/vpc/aws/versions");

        Assert.Equal("2.0.0", versions.GetProperty("versions")[0].GetProperty("version").GetString());
        Assert.Equal(1, modules.GetProperty("modules")[0].GetProperty("versions").GetArrayLength());
        mirror.Origin.ClearLog();
        // Reserved for what is hosted, before anything is; and the default host has no other namespace.
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(mirror.Client, "/v1/providers/acme/hello/versions"));
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(mirror.Client, "/v1/modules/ACME/vpc/aws/versions"));
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(mirror.Client, "/v1/providers/source/hello/versions"));
        Assert.Empty(mirror.Origin.Requests);
    }

    [Fact]
    public async Task Route_OfARootGroup_ReplacesTheOriginInEveryProtocol()
    {
        await using var mirror = await HostedContent.StartAsync();
        await AddAsync(mirror);
        await RunAsync(mirror, "route", "add", $"{Host}/Example/*", "acme");

        for (int round = 0; round < 2; round++)
        {
            await AssertHostedAsync(
                mirror.Client,
                $"/v1/mirror/{Host}/example/hello/index.json",
                $"/v1/mirror/{Host}/example/hello/1.0.0.json",
                $"/v1/provider-mirror/providers/default/{Host}/example/hello/index.json",
                $"/v1/registries/{Host}/providers/example/hello/versions",
                $"/v1/registries/{Host}/modules/example/vpc/aws/versions",
                $"/v1/registries/{Host}/modules/Example/vpc/aws/versions",
                "/v1/providers/example/hello/versions");
            string[] packages =
            [
                $"/v1/mirror/{Host}/example/hello/{Package}",
                $"/v1/registries/{Host}/providers/example/hello/1.0.0/{Package}",
                $"/v1/registries/{Host}/modules/example/vpc/aws/1.0.0/module.zip",
                $"/v2/providers/{Host}/example/hello/tags/list",
                $"/v2/providers/{Host}/example/hello/manifests/1.0.0",
            ];
            Assert.All(await Task.WhenAll(packages.Select(path => StatusAsync(mirror.Client, path))), status => Assert.Equal(HttpStatusCode.OK, status));
            string[] absent =
            [
                $"/v1/mirror/{Host}/example/only-there/index.json",
                $"/v1/registries/{Host}/providers/example/hello/2.0.0/download/linux/amd64",
                $"/v1/registries/{Host}/modules/example/vpc/aws/2.0.0/download",
                $"/v2/providers/{Host}/example/hello/manifests/2.0.0",
            ];
            Assert.All(
                await Task.WhenAll(absent.Select(path => StatusAsync(mirror.Client, path))), status => Assert.Equal(HttpStatusCode.NotFound, status));
            await RunAsync(mirror, "refresh");
            await RunAsync(mirror, "refresh", $"{Host}/example/hello");
        }

        var sync = await CommandLine.RunAsync(mirror.Server, "sync", $"{Host}/example/hello", "--platform", "linux_amd64");
        var stored = await CommandLine.RunAsync(mirror.Server, "diagnose", $"{Host}/example/hello");
        var missing = await CommandLine.RunAsync(mirror.Server, "diagnose", $"{Host}/example/only-there", "2.0.0", "--json");

        Assert.Equal(1, sync.ExitCode);
        Assert.Contains("routes registry.example.com/example/* to its registry namespace acme", sync.Error + sync.Output, StringComparison.Ordinal);
        Assert.Contains($"{HostedContent.Hostname}/acme/hello 1.0.0 is stored", stored.Output, StringComparison.Ordinal);
        Assert.Equal("notPublished", (string?)missing.Json["verdict"]!["cause"]);
        Assert.Empty(mirror.Origin.Requests);
    }

    [Fact]
    public async Task Route_OfARootGroup_AppliesOnlyThereAndUntilItIsRemoved()
    {
        await using var mirror = await HostedContent.StartAsync();
        await AddAsync(mirror, "team");
        await RunAsync(mirror, "route", "add", $"{Host}/example/*", "acme", "--group-path", "team");
        string inTeam = $"/v1/provider-mirror/providers/team/{Host}/example/hello/index.json";

        await AssertHostedAsync(mirror.Server.AdminClient, inTeam);
        Assert.Empty(mirror.Origin.Requests);
        var elsewhere = await mirror.GetJsonAsync($"/v1/mirror/{Host}/example/hello/index.json");
        await RunAsync(mirror, "route", "remove", $"{Host}/example", "--group-path", "team", "--yes");
        var after = await mirror.Server.AdminClient.GetFromJsonAsync<JsonElement>(inTeam);

        Assert.True(elsewhere.GetProperty("versions").TryGetProperty("2.0.0", out _));
        Assert.True(after.GetProperty("versions").TryGetProperty("2.0.0", out _));
    }

    [Fact]
    public async Task HostedNamespace_WithoutAPublicUrl_IsNotLookedForAtTheOrigin()
    {
        await using var mirror = await HostedContent.StartAsync(options => options with { PublicUrl = null });
        await mirror.QueryAsync(db =>
        {
            var target = new RegistryNamespaceRow
            {
                RootGroupId = MirrorDbContext.DefaultGroupId,
                Name = "acme",
                CreatedBy = "admin",
            };
            db.HostedRoutes.Add(new HostedRouteRow
            {
                RootGroupId = target.RootGroupId,
                Hostname = Host,
                Namespace = "example",
                Target = target,
                CreatedBy = "admin",
            });
            return db.SaveChangesAsync();
        });
        mirror.Server.Services.GetRequiredService<NamespaceDirectory>().Invalidate();

        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(mirror.Client, "/v1/providers/acme/hello/versions"));
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(mirror.Client, $"/v1/mirror/{Host}/example/hello/index.json"));
        Assert.Empty(mirror.Origin.Requests);
    }
}
