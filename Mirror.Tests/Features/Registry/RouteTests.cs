using System.Net;
using System.Net.Http.Json;
using Microsoft.EntityFrameworkCore;
using Mirror.Core.Access;
using Mirror.Core.Database;
using Mirror.Tests.Access;
using Mirror.Tests.Cli;
using Mirror.Tests.Protocols;

namespace Mirror.Tests.Features.Registry;

public sealed class RouteTests
{
    private const string Routes = RegistryServer.Group + "/routes";

    [Fact]
    public async Task Route_AddedListedAndRemoved_IsAudited()
    {
        await using var server = await RegistryServer.StartAsync();
        await CommandLine.RunAsync(server, "registry-namespace", "create", "acme");

        var added = await CommandLine.RunAsync(server, "route", "add", "registry.terraform.io/MyCompany/*", "acme");
        var twice = await CommandLine.RunAsync(server, "route", "add", "mycompany", "acme");
        var list = await CommandLine.RunAsync(server, "route", "list", "--json");
        var kept = await CommandLine.RunAsync(server, "registry-namespace", "delete", "acme", "--yes");
        var removed = await CommandLine.RunAsync(server, "route", "remove", "mycompany/*", "--yes");
        var again = await CommandLine.RunAsync(server, "route", "remove", "mycompany/*", "--yes");
        var empty = await CommandLine.RunAsync(server, "route", "list");

        Assert.Equal((0, "default now serves registry.terraform.io/mycompany/* from acme.\n"), (added.ExitCode, added.Output));
        Assert.Equal(1, twice.ExitCode);
        Assert.Contains("already routes registry.terraform.io/mycompany/*", twice.Error, StringComparison.Ordinal);
        var route = Assert.Single(list.Json["items"]!.AsArray())!;
        Assert.Equal(("registry.terraform.io/mycompany/*", "acme", "admin"), ((string?)route["source"], (string?)route["target"], (string?)route["createdBy"]));
        Assert.Contains("in use", kept.Error, StringComparison.Ordinal);
        Assert.Equal((0, "default no longer routes registry.terraform.io/mycompany/*.\n"), (removed.ExitCode, removed.Output));
        Assert.Equal(1, again.ExitCode);
        Assert.Equal("No routes.\n", empty.Output);
        Assert.Equal(
            [("route.add", "registry.terraform.io/mycompany/* → acme"), ("route.remove", "registry.terraform.io/mycompany/* → acme")],
            (await MirrorWithOrigin.QueryAsync(server, db => db.Audit.Where(row => row.Action.StartsWith("route."))
                .OrderBy(row => row.Id)
                .ToListAsync())).Select(row => (row.Action, row.Target!)));
    }

    [Theory]
    [InlineData("https://registry.terraform.io/x", HttpStatusCode.BadRequest)]
    [InlineData("registry.terraform.io/*/*", HttpStatusCode.BadRequest)]
    [InlineData("registry.terraform.io/a/b", HttpStatusCode.BadRequest)]
    [InlineData("", HttpStatusCode.BadRequest)]
    [InlineData("mirror.example.com/other/*", HttpStatusCode.BadRequest)]
    [InlineData("old.example.com/other/*", HttpStatusCode.BadRequest)]
    [InlineData("registry.opentofu.org/my_company", HttpStatusCode.Created)]
    [InlineData("registry.example.com:8443/größe/*", HttpStatusCode.Created)]
    public async Task Source_OfARoute_IsANamespaceOfAnotherRegistry(string source, HttpStatusCode expected)
    {
        await using var server = await RegistryServer.StartAsync(options => options with
        {
            Hosted = new() { Hostnames = [Core.Addresses.ProviderHostname.Parse("old.example.com")] },
        });
        await CommandLine.RunAsync(server, "registry-namespace", "create", "acme");

        using var answer = await server.AdminClient.PostAsJsonAsync(Routes, new { source, target = "acme" });

        Assert.Equal(expected, answer.StatusCode);
    }

    [Fact]
    public async Task Target_OfARoute_BelongsToTheSameRootGroup()
    {
        await using var server = await RegistryServer.StartAsync();
        await CommandLine.RunAsync(server, "group", "create", "team");
        await CommandLine.RunAsync(server, "registry-namespace", "create", "acme", "--group-path", "team");

        using var foreign = await server.AdminClient.PostAsJsonAsync(Routes, new { source = "mycompany", target = "acme" });
        using var below = await server.AdminClient.PostAsJsonAsync(
            Routes.Replace("default", "default%2Fnothing", StringComparison.Ordinal), new { source = "mycompany", target = "acme" });

        Assert.Equal(HttpStatusCode.NotFound, foreign.StatusCode);
        Assert.Contains("'acme': it belongs to another root group", await foreign.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, below.StatusCode);
    }

    [Fact]
    public async Task Route_AddedByADeployer_IsForbidden()
    {
        await using var server = await RegistryServer.StartAsync();
        await CommandLine.RunAsync(server, "registry-namespace", "create", "acme");
        var token = await CommandLine.RunAsync(server, "token", "create", "--group-path", "default", "--role", "deployer", "--json");
        var deployer = server.CreateClient((string)token.Json["token"]!);

        using var add = await deployer.PostAsJsonAsync(Routes, new { source = "mycompany", target = "acme" });
        using var remove = await deployer.DeleteAsync(Routes + "?source=mycompany");
        using var list = await deployer.GetAsync(Routes);

        Assert.Equal(
            (HttpStatusCode.Forbidden, HttpStatusCode.Forbidden, HttpStatusCode.OK), (add.StatusCode, remove.StatusCode, list.StatusCode));
    }
}
