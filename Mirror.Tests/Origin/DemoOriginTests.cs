using System.Net;
using System.Text.Json.Nodes;
using Mirror.Core.Addresses;
using Mirror.Web.Hosting.Demo;
using Xunit;

namespace Mirror.Tests.Origin;

/// <summary>The registry of the demo, as HTTP responses and with the real Terraform.</summary>
public sealed class DemoOriginTests : IAsyncLifetime, IDisposable
{
    private readonly HttpClient _client = new();
    private DemoOrigin _origin = null!;

    public async Task InitializeAsync() => _origin = await DemoOrigin.StartAsync(TimeProvider.System);

    public async Task DisposeAsync() => await _origin.DisposeAsync();

    public void Dispose() => _client.Dispose();

    [Fact]
    public async Task Package_OfAnyExampleProvider_MatchesItsSums()
    {
        foreach (var provider in ExampleProvider.All)
        {
            string root = $"{_origin.ProvidersUrl}{provider.Address.Namespace}/{provider.Address.Type}/";
            var versions = await JsonAsync(root + "versions");
            Assert.Equal(
                provider.Versions.Select(version => version.Value),
                versions["versions"]!.AsArray().Select(listed => (string)listed!["version"]!));
            foreach (var version in provider.Versions)
            {
                foreach (var platform in provider.Platforms)
                {
                    string url = $"{root}{version}/download/{platform.Os}/{platform.Arch}";
                    var download = await JsonAsync(url);
                    string sums = await _client.GetStringAsync(new Uri(new Uri(url), (string)download["shasums_url"]!));
                    byte[] package = await _client.GetByteArrayAsync(new Uri(new Uri(url), (string)download["download_url"]!));
                    string digest = Sha256Digest.Of(package).Hex;
                    Assert.Equal(digest, (string)download["shasum"]!);
                    Assert.Contains($"{digest}  {(string)download["filename"]!}\n", sums, StringComparison.Ordinal);
                }
            }
        }
    }

    [Theory]
    [InlineData("v1/providers/example/nothing/versions")]
    [InlineData("v1/providers/example/hello/9.9.9/download/linux/amd64")]
    [InlineData("v1/providers/example/hello/1.0.0/download/plan9/amd64")]
    [InlineData("releases/example/hello/1.0.0/other.zip")]
    public async Task Origin_WithoutTheProvider_ReturnsNotFound(string path)
    {
        using var response = await _client.GetAsync(new Uri(_origin.Url, path));

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
    }

    [RequiresToolFact("terraform")]
    public async Task TerraformInit_DirectlyFromTheOrigin_VerifiesTheSignature()
    {
        using var terraform = new TerraformInit();

        string output = await terraform.RunAsync(_origin.ProvidersUrl.ToString(), null, "example/hello ~> 1.0", "example/greeting");

        Assert.Contains("Installed registry.example.com/example/hello v1.1.0 (self-signed", output, StringComparison.Ordinal);
        Assert.Contains("Installed registry.example.com/example/greeting v1.0.1 (self-signed", output, StringComparison.Ordinal);
        string program = Directory.GetFiles(
            Path.Combine(terraform.Directory, ".terraform"), "terraform-provider-hello_v1.1.0*", SearchOption.AllDirectories).Single();
        if (!OperatingSystem.IsWindows())
        {
            Assert.True(File.GetUnixFileMode(program).HasFlag(UnixFileMode.UserExecute), $"{program} is not executable.");
        }
    }

    private async Task<JsonObject> JsonAsync(string url)
    {
        using var response = await _client.GetAsync(url);
        Assert.Equal("application/json", response.Content.Headers.ContentType?.ToString());
        return JsonNode.Parse(await response.Content.ReadAsStringAsync())!.AsObject();
    }
}
