using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Mirror.Core.Configuration;
using Mirror.Core.Database;
using Mirror.Core.Fetching.Documents;
using static Mirror.Tests.Protocols.MirrorWithOrigin;

namespace Mirror.Tests.Protocols.NetworkMirror;

/// <summary>Version lists that are larger than their cache.</summary>
public sealed class LargeListTests
{
    private const int Versions = 60_000;
    private const int Providers = 4;

    [Fact]
    public async Task Lists_TooLargeForTheCache_AreServedCompletelyAndFetchedOnce()
    {
        await using var mirror = await StartAsync(cacheSize: 256 * 1024);
        var paths = Enumerable.Range(0, Providers).Select(i => $"/v1/mirror/{Host}/example/large{i}/index.json").ToList();

        byte[][] first = await Task.WhenAll(paths.Concat(paths).Select(path => mirror.Client.GetByteArrayAsync(path)));
        byte[][] second = await Task.WhenAll(paths.Select(path => mirror.Client.GetByteArrayAsync(path)));

        Assert.All(first.Concat(second), document => Assert.True(first[0].AsSpan().SequenceEqual(document)));
        Assert.Equal(Versions, Encoding.ASCII.GetString(first[0]).Split("{}").Length - 1);
        Assert.Equal(Providers, mirror.Origin.Count(request => request.Path.EndsWith("index.json", StringComparison.Ordinal)));
        Assert.InRange(Space(mirror).Size, 1, Space(mirror).Capacity);
    }

    [Fact]
    public async Task Lists_InMemory_CountTowardTheCacheSize()
    {
        await using var mirror = await StartAsync(cacheSize: 64 << 20);
        await mirror.Client.GetByteArrayAsync($"/v1/mirror/{Host}/example/large0/index.json");
        long documents = mirror.Server.Services.GetRequiredService<DocumentCache>().Size;

        // At least twelve bytes of index and seven bytes of text for each version.
        Assert.InRange(Space(mirror).Size - documents, Versions * 19, Versions * 40);
    }

    private static CacheSpace Space(MirrorWithOrigin mirror) => mirror.Server.Services.GetRequiredService<CacheSpace>();

    private static Task<MirrorWithOrigin> StartAsync(long cacheSize) => MirrorWithOrigin.StartAsync(
        origin =>
        {
            byte[] list = Encoding.ASCII.GetBytes(
                $"{{\"versions\":{{{string.Join(',', Enumerable.Range(0, Versions).Select(i => $"\"{i / 10_000}.{i / 100 % 100}.{i % 100}\":{{}}"))}}}}}");
            for (int i = 0; i < Providers; i++)
            {
                origin.AddFile($"/mirror/{Host}/example/large{i}/index.json", list, "application/json");
            }
        },
        upstream: options => options with
        {
            CacheSize = cacheSize,
            Hosts = [new UpstreamHostOptions { Name = Name, MirrorUrl = new Uri(
            options.Hosts[0].ProvidersUrl!, "/mirror/") }]
        });
}
