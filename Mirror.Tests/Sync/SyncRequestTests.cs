using System.Text.Json;
using Mirror.Core.Addresses;
using Mirror.Core.Sync;

namespace Mirror.Tests.Sync;

public sealed class SyncRequestTests
{
    private const string Kept =
        """{"providers":[{"provider":"registry.terraform.io/hashicorp/aws","versions":"~\u003E 5.0"},{"provider":"registry.terraform.io/hashicorp/null"}],"platforms":["linux_amd64"],"force":true,"brings_tokens":true}""";

    /// <summary>The database keeps the request across versions of the server.</summary>
    [Fact]
    public void Request_StoredWithItsTask_RoundTrips()
    {
        var order = new SyncOrder(
            [new SyncOrderItem("hashicorp/aws", "~> 5.0"), new SyncOrderItem("hashicorp/null")],
            ["linux_amd64", "linux_amd64"],
            Force: true,
            new Dictionary<string, string> { ["registry.example.com"] = "secret" });

        string json = JsonSerializer.Serialize(order.Parse(), SyncJson.Default.SyncRequest);
        var read = JsonSerializer.Deserialize(Kept, SyncJson.Default.SyncRequest)!;

        Assert.Equal(Kept, json);
        Assert.Equal((true, true), (read.Force, read.BringsTokens));
        Assert.Equal([Platform.Parse("linux_amd64")], read.Platforms);
        Assert.Equal(
            ["registry.terraform.io/hashicorp/aws ~> 5.0", "registry.terraform.io/hashicorp/null "],
            read.Providers.Select(item => $"{item.Provider} {item.Versions}"));
    }

    [Theory]
    [InlineData("aws", null, null, "'aws'")]
    [InlineData("hashicorp/aws", "latest", null, "'latest'")]
    [InlineData("hashicorp/aws", null, "linux", "'linux'")]
    public void Request_WithAMalformedPart_IsRejectedByName(string provider, string? versions, string? platform, string named)
    {
        var order = new SyncOrder([new SyncOrderItem(provider, versions)], platform is null ? null : [platform]);

        Assert.Contains(named, Assert.Throws<FormatException>(order.Parse).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Request_WithoutProviders_IsRejected() => Assert.Throws<FormatException>(new SyncOrder([]).Parse);
}
