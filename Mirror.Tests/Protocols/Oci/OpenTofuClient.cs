using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Mirror.Tests.Protocols.Oci;

/// <summary>
/// Installs providers as OpenTofu does (internal/getproviders/oci_registry_mirror_source.go, package_location_oci_blob_archive.go and
/// ORAS-Go 2.6's registry/remote), with each of their checks: what they reject fails the test.
/// </summary>
/// <param name="userName">Null without credentials.</param>
internal sealed partial class OpenTofuClient(HttpClient http, string repository, string? userName = null, string? password = null)
{
    private const string IndexType = "application/vnd.oci.image.index.v1+json";
    private const string ManifestType = "application/vnd.oci.image.manifest.v1+json";

    // ORAS-Go's manifestAcceptHeader.
    private const string AnyManifest =
        "application/vnd.docker.distribution.manifest.v2+json, application/vnd.docker.distribution.manifest.list.v2+json, "
        + $"{ManifestType}, {IndexType}, application/vnd.oci.artifact.manifest.v1+json";

    private string? _token;

    /// <summary>A descriptor in the client's memory.</summary>
    public sealed record Descriptor(string MediaType, string Digest, long Size);

    /// <summary>The requests so far, without those for tokens.</summary>
    public List<string> Requests { get; } = [];

    public async Task<IReadOnlyList<string>> AvailableVersionsAsync(int? pageSize = null)
    {
        var versions = new List<string>();
        string? url = $"/v2/{repository}/tags/list" + (pageSize is null ? "" : $"?n={pageSize}");
        while (url is not null)
        {
            using var response = await SendAsync(HttpMethod.Get, url, null);
            await ExpectAsync(response, HttpStatusCode.OK);
            await using var content = await response.Content.ReadAsStreamAsync();
            await using var body = response.Content.Headers.ContentEncoding.Contains("gzip")
                ? new GZipStream(content, CompressionMode.Decompress)
                : content;
            var document = (await JsonDocument.ParseAsync(body)).RootElement;
            var tags = document.GetProperty("tags").EnumerateArray().Select(tag => tag.GetString()!).ToList();
            Assert.Equal(tags.Order(StringComparer.Ordinal), tags);
            Assert.All(tags, tag => Assert.Matches(Tag(), tag));
            versions.AddRange(tags.Select(tag => tag.Replace('_', '+')));
            url = response.Headers.TryGetValues("Link", out var links) ? Next(links.Single()) : null;
        }

        return versions;
    }

    /// <returns>The package, whose SHA-256 is the descriptor's.</returns>
    public async Task<byte[]> InstallAsync(string version, string os, string arch)
    {
        var layer = await FindPackageAsync(version, os, arch);
        return await FetchBlobAsync(layer);
    }

    /// <summary>PackageMeta: steps 1 to 4.</summary>
    public async Task<Descriptor> FindPackageAsync(string version, string os, string arch)
    {
        var index = await ResolveAsync(version);
        var manifest = SelectManifest(await FetchManifestAsync(index, "application/vnd.opentofu.provider"), os, arch);
        return SelectLayer(await FetchManifestAsync(manifest, "application/vnd.opentofu.provider-target"));
    }

    /// <summary>fetchOCIDescriptorForVersion: HEAD of the tag.</summary>
    public async Task<Descriptor> ResolveAsync(string version)
    {
        using var response = await SendAsync(HttpMethod.Head, $"/v2/{repository}/manifests/{version.Replace('+', '_')}", AnyManifest);
        await ExpectAsync(response, HttpStatusCode.OK);
        string digest = Assert.Single(response.Headers.GetValues("Docker-Content-Digest"));
        Assert.Matches(Digest(), digest);
        Assert.Equal(IndexType, response.Content.Headers.ContentType?.MediaType);
        return new Descriptor(IndexType, digest, Assert.NotNull(response.Content.Headers.ContentLength));
    }

    /// <summary>manifestStore.Fetch and fetchOCIManifestBlob.</summary>
    public async Task<JsonElement> FetchManifestAsync(Descriptor descriptor, string artifactType)
    {
        Assert.InRange(descriptor.Size, 1, 4 << 20);
        using var response = await SendAsync(HttpMethod.Get, $"/v2/{repository}/manifests/{descriptor.Digest}", descriptor.MediaType);
        await ExpectAsync(response, HttpStatusCode.OK);
        Assert.Equal(descriptor.MediaType, response.Content.Headers.ContentType?.MediaType);
        byte[] body = await ReadAsync(response, descriptor);
        var manifest = JsonDocument.Parse(body).RootElement;
        Assert.Equal(2, manifest.GetProperty("schemaVersion").GetInt32());
        Assert.Equal(descriptor.MediaType, manifest.GetProperty("mediaType").GetString());
        Assert.Equal(artifactType, manifest.GetProperty("artifactType").GetString());
        return manifest;
    }

    /// <summary>blobStore.Fetch and fetchOCIBlobToTemporaryFile.</summary>
    public async Task<byte[]> FetchBlobAsync(Descriptor descriptor)
    {
        using var response = await SendAsync(HttpMethod.Get, $"/v2/{repository}/blobs/{descriptor.Digest}", null);
        await ExpectAsync(response, HttpStatusCode.OK);
        return await ReadAsync(response, descriptor);
    }

    /// <summary>auth.Client.Do: asks for a token when the registry requests one, and tries again once.</summary>
    public async Task<HttpResponseMessage> SendAsync(HttpMethod method, string url, string? accept)
    {
        Requests.Add($"{method} {url}");
        var response = await SendOnceAsync(method, url, accept);
        if (response.StatusCode != HttpStatusCode.Unauthorized)
        {
            return response;
        }

        var challenge = Assert.Single(response.Headers.WwwAuthenticate);
        response.Dispose();
        Assert.Equal("Bearer", challenge.Scheme);
        var parameters = Parameter().Matches(challenge.Parameter!).ToDictionary(match => match.Groups[1].Value, match => match.Groups[2].Value);
        Assert.Equal($"repository:{repository}:pull", parameters["scope"]);
        _token = await FetchTokenAsync(parameters["realm"], parameters["service"], parameters["scope"]);
        return await SendOnceAsync(method, url, accept);
    }

    /// <summary>fetchDistributionToken.</summary>
    private async Task<string> FetchTokenAsync(string realm, string service, string scope)
    {
        using var request = new HttpRequestMessage(
            HttpMethod.Get, $"{realm}?service={Uri.EscapeDataString(service)}&scope={Uri.EscapeDataString(scope)}");
        if (userName is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue(
                "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{userName}:{password}")));
        }

        using var response = await http.SendAsync(request);
        await ExpectAsync(response, HttpStatusCode.OK);
        var document = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync()).RootElement;
        return document.GetProperty("access_token").GetString()!;
    }

    private async Task<HttpResponseMessage> SendOnceAsync(HttpMethod method, string url, string? accept)
    {
        using var request = new HttpRequestMessage(method, url);
        request.Headers.TryAddWithoutValidation("Accept", accept);
        // Go's transport requests gzip, except with HEAD, and decompresses it.
        if (method != HttpMethod.Head)
        {
            request.Headers.AcceptEncoding.ParseAdd("gzip");
        }

        if (_token is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _token);
        }

        var response = await http.SendAsync(request);
        Assert.True(
            url.EndsWith("/tags/list", StringComparison.Ordinal) || response.Content.Headers.ContentEncoding.Count == 0,
            "Content that is identified by its digest is encoded.");
        return response;
    }

    private static async Task<byte[]> ReadAsync(HttpResponseMessage response, Descriptor descriptor)
    {
        Assert.Equal(descriptor.Size, response.Content.Headers.ContentLength);
        Assert.Equal(descriptor.Digest, Assert.Single(response.Headers.GetValues("Docker-Content-Digest")));
        byte[] body = await response.Content.ReadAsByteArrayAsync();
        Assert.Equal(descriptor.Digest, $"sha256:{Convert.ToHexStringLower(SHA256.HashData(body))}");
        return body;
    }

    /// <summary>selectOCIImageManifest.</summary>
    private static Descriptor SelectManifest(JsonElement index, string os, string arch)
    {
        var found = new List<Descriptor>();
        foreach (var item in index.GetProperty("manifests").EnumerateArray())
        {
            Assert.Equal("application/vnd.opentofu.provider-target", item.GetProperty("artifactType").GetString());
            Assert.Equal(ManifestType, item.GetProperty("mediaType").GetString());
            var platform = item.GetProperty("platform");
            Assert.False(platform.TryGetProperty("os.version", out _));
            if (platform.GetProperty("os").GetString() == os && platform.GetProperty("architecture").GetString() == arch)
            {
                found.Add(Read(item));
            }
        }

        return Assert.Single(found);
    }

    /// <summary>selectOCILayerBlob and checkOCIBlobDescriptor.</summary>
    private static Descriptor SelectLayer(JsonElement manifest)
    {
        var config = Read(manifest.GetProperty("config"));
        Assert.Equal("application/vnd.oci.empty.v1+json", config.MediaType);
        return Read(Assert.Single(
            manifest.GetProperty("layers").EnumerateArray(), layer => layer.GetProperty("mediaType").GetString() == "archive/zip"));
    }

    private static Descriptor Read(JsonElement descriptor)
    {
        string digest = descriptor.GetProperty("digest").GetString()!;
        Assert.Matches(Digest(), digest);
        return new Descriptor(descriptor.GetProperty("mediaType").GetString()!, digest, descriptor.GetProperty("size").GetInt64());
    }

    private static string Next(string link)
    {
        var match = Link().Match(link);
        Assert.True(match.Success, link);
        return match.Groups[1].Value;
    }

    private static async Task ExpectAsync(HttpResponseMessage response, HttpStatusCode status)
    {
        if (response.StatusCode != status)
        {
            throw new OciException(response.StatusCode, await response.Content.ReadAsStringAsync());
        }
    }

    [GeneratedRegex("^sha256:[a-f0-9]{64}$")]
    private static partial Regex Digest();

    [GeneratedRegex("^[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}$")]
    private static partial Regex Tag();

    [GeneratedRegex("([a-z]+)=\"([^\"]*)\"")]
    private static partial Regex Parameter();

    [GeneratedRegex("^<(/v2/[^>]+)>; rel=\"next\"$")]
    private static partial Regex Link();
}

/// <summary>A response that the client does not expect.</summary>
internal sealed class OciException(HttpStatusCode status, string body) : Exception($"{(int)status}: {body}")
{
    public HttpStatusCode Status => status;

    /// <summary>The protocol's code; empty for HEAD.</summary>
    public string Code => body.Length == 0 ? "" : JsonDocument.Parse(body).RootElement.GetProperty("errors")[0].GetProperty("code").GetString()!;
}
