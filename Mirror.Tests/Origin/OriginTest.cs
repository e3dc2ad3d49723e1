using System.Net;
using System.Text.Json.Nodes;
using Xunit;

namespace Mirror.Tests.Origin;

/// <summary>A fake origin with <c>example/hello</c> 1.0.0 for linux_amd64, and a client that does not follow redirects.</summary>
public abstract class OriginTest : IAsyncLifetime, IDisposable
{
    protected OriginTest()
    {
        Hello = Origin.AddProvider("example/hello").AddVersion("1.0.0", version => version.Platforms("linux_amd64"));
    }

    protected const string VersionsPath = "/v1/providers/example/hello/versions";
    protected const string DownloadPath = "/v1/providers/example/hello/1.0.0/download/linux/amd64";
    protected const string SumsPath = "/releases/example/hello/1.0.0/terraform-provider-hello_1.0.0_SHA256SUMS";
    protected const string SignaturePath = SumsPath + ".sig";
    protected const string PackagePath = "/releases/example/hello/1.0.0/terraform-provider-hello_1.0.0_linux_amd64.zip";

    protected FakeOrigin Origin { get; } = FakeOrigin.Start();

    protected FakeProvider Hello { get; }

    protected byte[] PackageContent => Hello["1.0.0"].Package("linux_amd64").Content;

    protected HttpClient Client { get; } = new(new SocketsHttpHandler { AllowAutoRedirect = false });

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await Origin.DisposeAsync();

    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing) => Client.Dispose();

    protected string UrlOf(string path) => Origin.Url.TrimEnd('/') + path;

    protected Task<HttpResponseMessage> GetAsync(string path, params (string Name, string Value)[] headers) =>
        SendAsync(HttpMethod.Get, path, headers);

    protected async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, UrlOf(path));
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return await Client.SendAsync(request);
    }

    protected async Task<JsonObject> JsonAsync(string path, params (string Name, string Value)[] headers)
    {
        using var response = await GetAsync(path, headers);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("application/json", response.Content.Headers.ContentType?.ToString());
        return JsonNode.Parse(await response.Content.ReadAsStringAsync())!.AsObject();
    }
}
