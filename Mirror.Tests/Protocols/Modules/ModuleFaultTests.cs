using System.Globalization;
using System.Net;
using Mirror.Tests.Origin;
using static Mirror.Tests.Protocols.MirrorWithOrigin;

namespace Mirror.Tests.Protocols.Modules;

/// <summary>
/// If the origin fails, clients of the module registry protocol get the same errors as clients of the provider protocols.
/// </summary>
public sealed class ModuleFaultTests
{
    private static readonly (string Fault, int Status)[] Common =
        [("reset", 503), ("500", 503), ("429", 503), ("401", 502), ("404", 404), ("private", 502)];

    [Fact]
    public Task Versions_OfAFailingOrigin_ReturnAProblemAndRecover() =>
        CheckAsync(RequestKind.ModuleVersions, "versions", [.. Common, ("html", 502), ("garbage", 502), ("endless", 502)]);

    [Fact]
    public Task Download_OfAFailingOrigin_ReturnsAProblemAndRecovers() =>
        CheckAsync(RequestKind.ModuleDownload, "1.0.0/download", [.. Common, ("html", 502), ("garbage", 502)]);

    [Fact]
    public Task Archive_OfAFailingOrigin_ReturnsAProblemAndRecovers() =>
        CheckAsync(RequestKind.ModuleArchive, "1.0.0/module.zip", [.. Common, ("html", 502)]);

    [Fact]
    public async Task Archive_Interrupted_IsResumed()
    {
        byte[] archive = FakeModuleVersion.Zip(
            ("main.tf", string.Concat(Enumerable.Range(0, 20_000).Select(i => FormattableString.Invariant($"# {i * 7919 % 10007}\n")))));
        await using var mirror = await StartAsync(
            origin => origin.AddModule(ModuleTests.Module).AddVersion("1.0.0", version => version.Archive = archive));
        mirror.Origin.Misbehave(RequestKind.ModuleArchive, Fault.ResetAfter(archive.Length / 2), times: 1);

        Assert.Equal(archive, await ModuleTests.FollowAsync(mirror, await ModuleTests.LocationAsync(mirror)));
        Assert.Equal(2, mirror.Origin.Count(RequestKind.ModuleArchive));
    }

    private static async Task CheckAsync(RequestKind kind, string path, (string Fault, int Status)[] cases)
    {
        await using var mirror = await StartAsync(
            origin =>
            {
                foreach (var (fault, _) in cases)
                {
                    origin.AddModule($"example/fault{fault}/null").AddVersion("1.0.0");
                    origin.Misbehave(request => request.Kind == kind
                        && request.Path.Contains($"/fault{fault}/", StringComparison.Ordinal), FaultOf(fault));
                }
            },
            upstream: options => options with
            {
                NegativeTtl = TimeSpan.Zero,
                Limits =
                    options.Limits with { DocumentAttempts = 1, PackageAttempts = 1, BreakerFailures = 1000, UnknownVersionInterval = TimeSpan.Zero },
            });
        string UrlOf(string fault) => $"/v1/registries/{Host}/modules/example/fault{fault}/null/{path}";

        foreach (var (fault, status) in cases)
        {
            using var response = await mirror.Client.GetAsync(UrlOf(fault));
            Assert.Equal((fault, status), (fault, (int)response.StatusCode));
            Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
            Assert.Equal(status == 503 ? "1" : null, response.Headers.RetryAfter?.ToString());
        }

        mirror.Origin.Behave();
        foreach (var (fault, _) in cases)
        {
            using var response = await mirror.Client.GetAsync(UrlOf(fault));
            Assert.True(response.StatusCode is HttpStatusCode.OK or HttpStatusCode.NoContent, $"{fault}: {response.StatusCode}");
        }
    }

    private static Fault FaultOf(string name) => name switch
    {
        "reset" => Fault.Reset(),
        "endless" => Fault.EndlessBody(),
        "garbage" => Fault.Garbage(),
        "html" => Fault.Html(),
        "private" => Fault.Redirect("https://169.254.169.254/latest/meta-data"),
        _ => Fault.Status(int.Parse(name, CultureInfo.InvariantCulture)),
    };
}
