using System.Net;
using Mirror.E2E.Processes;
using Mirror.Tests.Origin;

namespace Mirror.E2E.Serving;

public sealed class MalformedAddressTests
{
    [Fact]
    public async Task Request_ForAMalformedAddress_Returns404WithoutAnOriginRequest()
    {
        await using var origin = FakeOrigin.Start();
        origin.AddProvider("example/hello").AddVersion("1.0.0");
        await using var mirror = await MirrorProcess.StartBeforeAsync(origin.ProvidersUrl);
        string[] paths = [
            "registry.example.com/example/../hello/index.json",
            "registry.example.com/..%2f../hello/index.json",
            "registry.example.com/example%2fhello/hello/index.json",
            "registry.example.com/Example/hello/index.json",
            "REGISTRY.example.com/example/hello/index.json",
            "registry.example.com//hello/index.json",
            "registry.example.com/example/hello/.json",
            $"registry.example.com/{new string('a', 300)}/hello/index.json",
            "unlisted.example.org/example/hello/index.json",
        ];

        foreach (
            string path in paths.SelectMany(path => new[] { "v1/mirror/" + path, "v1/provider-mirror/providers/default/" + path, path }))
        {
            // Sends the path unchanged. A browser would normalize it.
            var url = new Uri(mirror.Url + path, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
            using var response = await mirror.Client.GetAsync(url);

            Assert.True(response.StatusCode == HttpStatusCode.NotFound, $"{path} was answered {response.StatusCode}");
        }

        Assert.Empty(origin.Requests);
    }
}
