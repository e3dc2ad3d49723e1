using System.Net;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Mirror.Tests.Origin;
using Mirror.Tests.Protocols.Modules;
using static Mirror.Tests.Protocols.MirrorWithOrigin;

namespace Mirror.Tests.Features.Mirrors;

public sealed class ModuleEndpointTests
{
    private const string Details = $"/api/v1/groups/default/modules/{Host}/{ModuleTests.Module}/versions/1.0.0";
    private const string Protocol = $"/v1/registries/{Host}/modules/{ModuleTests.Module}/1.0.0/";

    [Fact]
    public async Task Documentation_OfAMirroredModule_IsReadAtTheFirstRequestAndStored()
    {
        byte[] archive = FakeModuleVersion.Zip(("vpc-1/main.tf", "variable \"cidr\" {}"), ("vpc-1/README.md", "# VPC"));
        await using var mirror = await StartAsync(origin => origin.AddModule(ModuleTests.Module).AddVersion(
            "1.0.0", version => (version.Archive, version.Suffix) = (archive, "//*")));
        await mirror.Client.GetByteArrayAsync(Protocol + "module.zip");
        await mirror.WhenIdleAsync();
        int before = await mirror.QueryAsync(db => db.ModuleDocumentation.CountAsync());

        var first = JsonNode.Parse(await mirror.Client.GetStringAsync(Details))!;
        int stored = await mirror.QueryAsync(db => db.ModuleDocumentation.CountAsync());
        var second = JsonNode.Parse(await mirror.Client.GetStringAsync(Details))!;

        Assert.Equal((0, 1), (before, stored));
        Assert.Equal(first.ToJsonString(), second.ToJsonString());
        Assert.False((bool)first["isPublished"]!);
        Assert.Equal("# VPC", (string?)first["documentation"]!["root"]!["readme"]);
        Assert.Equal("cidr", (string?)first["documentation"]!["root"]!["inputs"]![0]!["name"]);
        Assert.Equal(1, mirror.Origin.Count(RequestKind.ModuleArchive));
    }

    [Fact]
    public async Task Documentation_OfADamagedArchive_IsAProblem()
    {
        await using var mirror = await StartAsync(origin => origin.AddModule(ModuleTests.Module).AddVersion(
            "1.0.0", version => version.Archive = [.. "PK"u8, .. new byte[100]]));
        await mirror.Client.GetByteArrayAsync(Protocol + "module.zip");
        await mirror.WhenIdleAsync();

        var details = JsonNode.Parse(await mirror.Client.GetStringAsync(Details))!;

        Assert.StartsWith("The documentation cannot be read: ", (string?)details["documentation"]!["problems"]![0], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Details)]
    [InlineData($"/api/v1/groups/default/modules/{Host}/{ModuleTests.Module}/versions")]
    public async Task Module_ThatIsNotStored_IsNotFoundWithoutAskingTheOrigin(string url)
    {
        await using var mirror = await StartAsync(origin => origin.AddModule(ModuleTests.Module).AddVersion("1.0.0"));

        using var answer = await mirror.Client.GetAsync(url);

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Empty(mirror.Origin.Requests);
    }
}
