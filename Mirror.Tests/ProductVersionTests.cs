using System.Text.Json.Nodes;
using Mirror.Core;
using Mirror.Core.Addresses;
using Mirror.Tests.Hosting;

namespace Mirror.Tests;

public sealed class ProductVersionTests
{
    [Fact]
    public void ProductVersion_OfThisBuild_IsASemanticVersionWithoutBuildMetadata()
    {
        Assert.True(ProviderVersion.TryParseCanonical(ProductVersion.Text, out var version));
        Assert.Equal("", version.Build);
        // Without a tag and a minimum, the version would be 0.0.0-alpha.0.
        Assert.True(version.CompareTo(ProviderVersion.Parse("0.2.0")) > 0);
    }

    [Theory]
    [InlineData("77.0.0", true)]
    [InlineData("77.0.0-alpha.0.1", true)]
    [InlineData("0.2.0", false)]
    [InlineData("0.1.0 or earlier", false)]
    [InlineData("", false)]
    public void IsLater_OfAVersion_ComparesItWithThisBuild(string version, bool isLater) =>
        Assert.Equal(isLater, ProductVersion.IsLater(version));

    [Fact]
    public void IsLater_OfThisBuildAndItsNeighbours_FollowsPrecedence()
    {
        var own = ProviderVersion.Parse(ProductVersion.Text);

        Assert.False(ProductVersion.IsLater(ProductVersion.Text));
        Assert.True(ProductVersion.IsLater($"{own.Major}.{own.Minor}.{own.Patch + 1}-alpha.0.1"));
        Assert.False(ProductVersion.IsLater($"{own.Major}.{own.Minor}.{own.Patch}-a"));
        Assert.Equal(own.IsPrerelease, ProductVersion.IsLater($"{own.Major}.{own.Minor}.{own.Patch}"));
    }

    [Fact]
    public async Task OpenApiDocument_AndServerInfo_CarryTheVersionOfThisBuild()
    {
        await using var server = await MirrorServer.StartAsync();

        var document = JsonNode.Parse(await server.Client.GetStringAsync("/openapi/v1.json"))!;
        var info = JsonNode.Parse(await server.Client.GetStringAsync("/api/v1/server"))!;

        Assert.Equal(ProductVersion.Text, (string?)document["info"]!["version"]);
        Assert.Equal(ProductVersion.Text, (string?)info["version"]);
    }
}
