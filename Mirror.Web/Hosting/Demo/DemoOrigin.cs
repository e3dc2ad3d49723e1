using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Mirror.Core.Addresses;
using Mirror.Core.Verification;

namespace Mirror.Web.Hosting.Demo;

/// <summary>
/// A provider registry on loopback with the <see cref="ExampleProvider.All">example providers</see>, for trying Mirror without internet
/// access. It generates its signing key at start and serves
/// https://developer.hashicorp.com/terraform/internals/provider-registry-protocol over plain HTTP.
/// </summary>
public sealed class DemoOrigin : IAsyncDisposable
{
    private static readonly string[] GetAndHead = ["GET", "HEAD"];

    private readonly WebApplication _app;

    private DemoOrigin(WebApplication app, Uri url, string fingerprint)
    {
        _app = app;
        Url = url;
        SigningKeyFingerprint = fingerprint;
    }

    /// <summary>The hostname of the example providers' source addresses; it does not resolve.</summary>
    public static ProviderHostname Hostname { get; } =
        ProviderHostname.TryParse("registry.example.com", out var hostname) ? hostname : throw new InvalidOperationException();

    /// <summary>The base URL, <c>http://127.0.0.1:PORT/</c>.</summary>
    public Uri Url { get; }

    /// <summary>The value of <c>ProvidersUrl</c> for <see cref="Hostname"/>.</summary>
    public Uri ProvidersUrl => new(Url, "v1/providers/");

    /// <summary>The fingerprint of the key that signed every release, in upper-case hexadecimal.</summary>
    public string SigningKeyFingerprint { get; }

    /// <param name="time">The clock of the key and the signatures.</param>
    /// <param name="port">The loopback port, 0 for any free one.</param>
    /// <exception cref="IOException">The port is in use.</exception>
    public static async Task<DemoOrigin> StartAsync(TimeProvider time, int port = 0, CancellationToken cancellationToken = default)
    {
        var signer = OpenPgpSigner.Generate("Mirror Demo <demo@example.com>", time.GetUtcNow());
        var releases = new DemoReleases(signer);

        // Ignores the caller's arguments, settings files and environment: this host needs no configuration.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(System.Net.IPAddress.Loopback, port);
        });
        builder.Services.AddRoutingCore();
        var app = builder.Build();
        Map(app, releases);
        try
        {
            await app.StartAsync(cancellationToken);
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }

        string address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        return new DemoOrigin(app, new Uri(address), signer.Fingerprint);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private static void Map(WebApplication app, DemoReleases releases)
    {
        app.MapMethods("/.well-known/terraform.json", GetAndHead, () => Json(RegistryDocuments.Discovery("/v1/providers/")));
        app.MapMethods("/v1/providers/{ns}/{type}/versions", GetAndHead, (string ns, string type) =>
            Json(releases.Versions(ns, type)));
        app.MapMethods("/v1/providers/{ns}/{type}/{version}/download/{os}/{arch}", GetAndHead, (
            string ns, string type, string version, string os, string arch) =>
            Json(releases.Download(ns, type, version, os, arch)));
        app.MapMethods("/releases/{ns}/{type}/{version}/{file}", GetAndHead, (string ns, string type, string version, string file) =>
            releases.File(ns, type, version, file) is { } content
                ? Results.Bytes(
                    content,
                    file.EndsWith(".zip", StringComparison.Ordinal) ? "application/zip" : "application/octet-stream",
                    enableRangeProcessing: true)
                : Results.NotFound());
    }

    private static IResult Json(JsonObject? document) =>
        document is null ? Results.NotFound() : Results.Bytes(Encoding.UTF8.GetBytes(document.ToJsonString()), "application/json");
}
