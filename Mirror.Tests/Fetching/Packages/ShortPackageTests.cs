using System.Net;
using Mirror.Tests.Fetching.Documents;
using Mirror.Tests.Origin;
using Mirror.Tests.Protocols;
using Mirror.Tests.Protocols.Modules;
using static Mirror.Tests.Protocols.MirrorWithOrigin;

namespace Mirror.Tests.Fetching.Packages;

/// <summary>A response that is too short for an archive is never forwarded as one, with or without disk space to store it.</summary>
public sealed class ShortPackageTests
{
    private static readonly Dictionary<string, Fault> Short = new()
    {
        ["empty"] = OriginFaults.Make("empty"),
        ["empty without length"] = OriginFaults.Make("empty without length"),
        ["21 bytes"] = OriginFaults.Make("21 bytes"),
        ["21 bytes without length"] = OriginFaults.Make("21 bytes").With(Fault.NoLength()),
        ["no content"] = OriginFaults.Make("no content"),
    };

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Package_TooShortForAnArchive_Returns502AndIsNotStored(bool full)
    {
        await using var mirror = await StartAsync(
            configure: options => options with { Packages = options.Packages with { Quota = full ? 1 : null } });

        await CheckAsync(mirror, RequestKind.Package, Base + Package);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task ModuleArchive_TooShortForAnArchive_Returns502AndIsNotStored(bool full)
    {
        await using var mirror = await StartAsync(
            ModuleTests.SetUp, options => options with { Packages = options.Packages with { Quota = full ? 1 : null } });

        await CheckAsync(mirror, RequestKind.ModuleArchive, $"/v1/registries/{Host}/modules/{ModuleTests.Module}/1.0.0/module.zip");
    }

    [Fact]
    public async Task ModuleArchive_InvalidAndWithoutDiskSpace_Returns502()
    {
        await using var mirror = await StartAsync(
            ModuleTests.SetUp, options => options with { Packages = options.Packages with { Quota = 1 } });
        mirror.Origin.Misbehave(RequestKind.ModuleArchive, Fault.Body(_ => new byte[10_000]));

        using var response = await mirror.Client.GetAsync($"/v1/registries/{Host}/modules/{ModuleTests.Module}/1.0.0/module.zip");

        await OriginFaultTests.AssertProblemAsync(response, 502);
    }

    [Theory]
    [InlineData("shorter than it says", 503)]
    [InlineData("longer than it says", 502)]
    public async Task SmallPackage_WithAContentLengthMismatch_ReturnsAnErrorStatus(string fault, int status)
    {
        await using var mirror = await StartAsync();
        Assert.InRange(mirror.OriginPackage().Content.Length, 22, 1024);
        mirror.Origin.Misbehave(RequestKind.Package, OriginFaults.Make(fault), times: 1);
        mirror.Origin.Misbehave(RequestKind.Package, Fault.Reset());

        using var response = await mirror.Client.GetAsync(Base + Package);

        await OriginFaultTests.AssertProblemAsync(response, status);
        Assert.Equal("no-store", response.Headers.CacheControl?.ToString());
        await OriginFaultTests.AssertNothingKeptAsync(mirror);
    }

    private static async Task CheckAsync(MirrorWithOrigin mirror, RequestKind kind, string address)
    {
        foreach (var (name, fault) in Short)
        {
            using var rule = mirror.Origin.Misbehave(kind, fault);
            foreach (var method in new[] { HttpMethod.Head, HttpMethod.Get })
            {
                using var response = await mirror.Client.SendAsync(new HttpRequestMessage(method, address));

                Assert.Equal((name, method, HttpStatusCode.BadGateway), (name, method, response.StatusCode));
                Assert.Equal("no-store", response.Headers.CacheControl?.ToString());
                Assert.Null(response.Headers.ETag);
                Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
                await OriginFaultTests.AssertNothingKeptAsync(mirror);
            }
        }

        using var package = await mirror.Client.GetAsync(address);
        Assert.True(package.StatusCode == HttpStatusCode.OK, await package.Content.ReadAsStringAsync());
    }
}
