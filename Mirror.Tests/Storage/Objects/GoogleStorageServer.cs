using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Globalization;
using System.IO.Compression;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Mirror.Tests.Storage.Objects;

/// <summary>
/// A strict Google Cloud Storage on the loopback interface, with one bucket. It speaks the part of the JSON API that a package store needs:
/// resumable uploads, metadata, ranged reads, deletion, lists in pages, and signed URLs. Anything else is refused and recorded as a
/// violation.
/// </summary>
internal sealed partial class GoogleStorageServer : IAsyncDisposable
{
    public const string Bucket = "example-mirror";

    private const string Email = "mirror@example-project.iam.gserviceaccount.com";
    private const int ChunkUnit = 256 * 1024;

    // Created once per test run, because creating a key takes tenths of a second of processor time.
    private static readonly RSAParameters MadeKey = MakeKey();

    private readonly WebApplication _application;
    private readonly RSA _key = RSA.Create(MadeKey);
    private readonly ConcurrentDictionary<string, StoredObject> _objects = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Upload> _uploads = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<string> _violations = [];
    private long _generation = 1_700_000_000_000_000;

    private GoogleStorageServer()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Limits.MinRequestBodyDataRate = null;
            kestrel.Limits.MinResponseDataRate = null;
        });
        _application = builder.Build();
        _application.Run(HandleAsync);
    }

    public Uri Url =>
        new(_application.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.Single());

    /// <summary>Requests that a correct client never sends.</summary>
    public IReadOnlyCollection<string> Violations => _violations;

    /// <summary>Whether it is an emulator, whose clients have no credentials. Otherwise they need the service account's.</summary>
    public bool IsAnonymous { get; set; }

    public static async Task<GoogleStorageServer> StartAsync()
    {
        var server = new GoogleStorageServer();
        await server._application.StartAsync();
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        // Stalled requests end.
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await _application.StopAsync(now.Token);
        await _application.DisposeAsync();
        _key.Dispose();
    }

    /// <summary>Writes the JSON file of the service account.</summary>
    /// <param name="isValid">Whether it has the account's key; otherwise one that was deleted.</param>
    /// <returns>Its path.</returns>
    public string WriteCredentials(string directory, bool isValid = true)
    {
        string path = Path.Combine(directory, isValid ? "google.json" : "deleted.json");
        using var key = isValid ? RSA.Create(MadeKey) : RSA.Create(2048);
        File.WriteAllText(path, new JsonObject
        {
            ["type"] = "service_account",
            ["project_id"] = "example-project",
            ["private_key_id"] = "1",
            ["private_key"] = key.ExportPkcs8PrivateKeyPem(),
            ["client_email"] = Email,
            ["token_uri"] = new Uri(Url, "/token").AbsoluteUri,
        }.ToJsonString());
        return path;
    }

    private static RSAParameters MakeKey()
    {
        using var key = RSA.Create(2048);
        return key.ExportParameters(includePrivateParameters: true);
    }

    private async Task HandleAsync(HttpContext context)
    {
        string target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        string path = target.Split('?')[0];
        try
        {
            await DispatchAsync(context, path);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            context.Abort();
        }
    }

    private Task DispatchAsync(HttpContext context, string path)
    {
        if (context.Request.Query.ContainsKey("X-Goog-Signature"))
        {
            return SendSignedAsync(context, path);
        }

        if (path.StartsWith("/session/", StringComparison.Ordinal))
        {
            return ReceiveAsync(context, path["/session/".Length..]);
        }

        if (!IsAuthorized(context))
        {
            return SendErrorAsync(context, 401, "Invalid Credentials");
        }

        if (BucketPath.Match(path) is not { Success: true } match)
        {
            return RefuseAsync(context);
        }

        bool isUpload = match.Groups["upload"].Success;
        string name = Uri.UnescapeDataString(match.Groups["name"].Value);
        if (Uri.UnescapeDataString(match.Groups["bucket"].Value) != Bucket)
        {
            return IsMedia(context)
                ? SendTextAsync(context, 404, "The specified bucket does not exist.")
                : SendErrorAsync(context, 404, "The specified bucket does not exist.");
        }

        return (context.Request.Method, isUpload, name.Length > 0) switch
        {
            ("POST", true, false) => BeginAsync(context),
            ("GET", false, false) => ListAsync(context),
            ("GET", false, true) when IsMedia(context) => SendAsync(context, name),
            ("GET", false, true) => DescribeAsync(context, name),
            ("DELETE", false, true) => DeleteAsync(context, name),
            _ => RefuseAsync(context),
        };
    }

    /// <summary>Begins a resumable upload. The metadata is compressed, as the official client sends it.</summary>
    private async Task BeginAsync(HttpContext context)
    {
        var body = await ReadJsonAsync(context);
        var query = context.Request.Query;
        if (query["uploadType"] != "resumable" || body?["bucket"]?.GetValue<string>() != Bucket || body["name"]?.GetValue<string>() is not { Length: > 0 } name
            || !long.TryParse(context.Request.Headers["X-Upload-Content-Length"], CultureInfo.InvariantCulture, out long length))
        {
            await RefuseAsync(context);
            return;
        }

        string id = Guid.NewGuid().ToString("N");
        _uploads[id] = new Upload(name, length);
        context.Response.Headers.Location = $"http://{context.Request.Host}/session/{id}";
    }

    /// <summary>Receives a chunk, or says how much was received.</summary>
    private async Task ReceiveAsync(HttpContext context, string id)
    {
        if (context.Request.Method != "PUT" || !_uploads.TryGetValue(id, out var upload)
            || ContentRange.Match(context.Request.Headers.ContentRange.ToString()) is not { Success: true } range
            || long.Parse(range.Groups["total"].Value, CultureInfo.InvariantCulture) != upload.Length)
        {
            await RefuseAsync(context);
            return;
        }

        string expected = context.Request.Headers["x-goog-hash"].ToString();
        if (range.Groups["first"].Success)
        {
            long first = long.Parse(range.Groups["first"].Value, CultureInfo.InvariantCulture);
            long last = long.Parse(range.Groups["last"].Value, CultureInfo.InvariantCulture);
            long count = last - first + 1;
            bool isLast = last + 1 == upload.Length;
            if (first != upload.Received.Length || context.Request.ContentLength != count || (isLast ? expected.Length == 0 : count % ChunkUnit != 0))
            {
                await RefuseAsync(context);
                return;
            }

            try
            {
                await context.Request.Body.CopyToAsync(upload.Received, context.RequestAborted);
            }
            catch (IOException)
            {
                // The store keeps whole units of an interrupted chunk.
                upload.Received.SetLength(upload.Received.Length / ChunkUnit * ChunkUnit);
                throw;
            }
        }

        if (upload.Received.Length < upload.Length)
        {
            context.Response.StatusCode = 308;
            if (upload.Received.Length > 0)
            {
                context.Response.Headers.Range = $"bytes=0-{upload.Received.Length - 1}";
            }

            return;
        }

        byte[] content = upload.Received.ToArray();
        if (expected.Length > 0 && expected != "crc32c=" + HashOf(content))
        {
            await SendErrorAsync(context, 400, "Provided CRC32C does not match.");
            return;
        }

        _uploads.TryRemove(id, out _);
        _objects[upload.Name] = new StoredObject(content, Interlocked.Increment(ref _generation));
        await DescribeAsync(context, upload.Name);
    }

    private async Task SendAsync(HttpContext context, string name)
    {
        if (!_objects.TryGetValue(name, out var stored))
        {
            await SendTextAsync(context, 404, $"No such object: {Bucket}/{name}");
            return;
        }

        if (context.Request.Query["ifGenerationMatch"].ToString() is { Length: > 0 } expected
            && expected != stored.Generation.ToString(CultureInfo.InvariantCulture))
        {
            await SendTextAsync(context, 412, "At least one of the pre-conditions you specified did not hold.");
            return;
        }

        await SendContentAsync(context, stored.Content);
    }

    private static async Task SendContentAsync(HttpContext context, byte[] content)
    {
        int first = 0;
        if (context.Request.GetTypedHeaders().Range is { } range)
        {
            first = (int)range.Ranges.Single().From!.Value;
            context.Response.StatusCode = 206;
            context.Response.Headers.ContentRange = $"bytes {first}-{content.Length - 1}/{content.Length}";
        }

        context.Response.ContentType = "application/octet-stream";
        context.Response.ContentLength = content.Length - first;
        await context.Response.Body.WriteAsync(content.AsMemory(first), context.RequestAborted);
    }

    private Task DescribeAsync(HttpContext context, string name) => _objects.TryGetValue(name, out var stored)
        ? SendJsonAsync(context, 200, Describe(name, stored))
        : SendErrorAsync(context, 404, $"No such object: {Bucket}/{name}");

    private Task DeleteAsync(HttpContext context, string name)
    {
        if (!_objects.TryRemove(name, out _))
        {
            return SendErrorAsync(context, 404, $"No such object: {Bucket}/{name}");
        }

        context.Response.StatusCode = 204;
        return Task.CompletedTask;
    }

    private Task ListAsync(HttpContext context)
    {
        string prefix = context.Request.Query["prefix"].ToString();
        int pageSize = int.TryParse(context.Request.Query["maxResults"], CultureInfo.InvariantCulture, out int asked) ? asked : 1000;
        string after = Encoding.UTF8.GetString(WebEncoders.Base64UrlDecode(context.Request.Query["pageToken"].ToString()));
        string[] names = [.. _objects.Keys
            .Where(name => name.StartsWith(prefix, StringComparison.Ordinal) && string.CompareOrdinal(name, after) > 0)
            .Order(StringComparer.Ordinal)
            .Take(pageSize + 1)];
        var page = new JsonObject
        {
            ["items"] = new JsonArray([.. names.Take(pageSize).Select(name => Describe(name, _objects[name]))]),
        };
        if (names.Length > pageSize)
        {
            page["nextPageToken"] = WebEncoders.Base64UrlEncode(Encoding.UTF8.GetBytes(names[pageSize - 1]));
        }

        return SendJsonAsync(context, 200, page);
    }

    /// <summary>Verifies the signature (V4) with the public key.</summary>
    private Task SendSignedAsync(HttpContext context, string path)
    {
        var query = context.Request.Query;
        string signed = string.Join('&', query
            .Where(parameter => parameter.Key != "X-Goog-Signature")
            .OrderBy(parameter => parameter.Key, StringComparer.Ordinal)
            .Select(parameter => $"{Uri.EscapeDataString(parameter.Key)}={Uri.EscapeDataString(parameter.Value.ToString())}"));
        // The official client signs the host without its port.
        string canonical = $"GET\n{path}\n{signed}\nhost:{context.Request.Host.Host}\n\nhost\nUNSIGNED-PAYLOAD";
        string begun = query["X-Goog-Date"].ToString();
        string scope = $"{begun[..8]}/auto/storage/goog4_request";
        string text = $"GOOG4-RSA-SHA256\n{begun}\n{scope}\n{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(canonical)))}";
        var expires = DateTimeOffset.ParseExact(begun, "yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal)
            + TimeSpan.FromSeconds(int.Parse(query["X-Goog-Expires"]!, CultureInfo.InvariantCulture));
        bool isValid = query["X-Goog-Credential"] == $"{Email}/{scope}" && expires > TimeProvider.System.GetUtcNow() && _key.VerifyData(
            Encoding.UTF8.GetBytes(text), Convert.FromHexString(query["X-Goog-Signature"]!), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        if (!isValid || context.Request.Method != "GET")
        {
            return SendTextAsync(context, 403, "SignatureDoesNotMatch");
        }

        context.Response.Headers.ContentDisposition = query["response-content-disposition"];
        string name = Uri.UnescapeDataString(path)[$"/{Bucket}/".Length..];
        return _objects.TryGetValue(name, out var stored) ? SendContentAsync(context, stored.Content) : SendTextAsync(context, 404, "NoSuchKey");
    }

    private bool IsAuthorized(HttpContext context)
    {
        string authorization = context.Request.Headers.Authorization.ToString();
        if (IsAnonymous)
        {
            return authorization.Length == 0;
        }

        if (!authorization.StartsWith("Bearer ", StringComparison.Ordinal))
        {
            return false;
        }

        var token = new JsonWebToken(authorization["Bearer ".Length..]);
        byte[] signature = Base64UrlEncoder.DecodeBytes(token.EncodedSignature);
        return token.Issuer == Email && token.ValidTo > TimeProvider.System.GetUtcNow().UtcDateTime && _key.VerifyData(
            Encoding.ASCII.GetBytes($"{token.EncodedHeader}.{token.EncodedPayload}"), signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
    }

    private Task RefuseAsync(HttpContext context)
    {
        var request = context.Request;
        _violations.Enqueue($"{request.Method} {context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget} ({request.Headers.ContentRange})");
        return SendErrorAsync(context, 400, "Invalid request");
    }

    private static bool IsMedia(HttpContext context) => context.Request.Query["alt"] == "media";

    private static JsonNode Describe(string name, StoredObject stored) => new JsonObject
    {
        ["kind"] = "storage#object",
        ["name"] = name,
        ["bucket"] = Bucket,
        ["size"] = stored.Content.Length.ToString(CultureInfo.InvariantCulture),
        ["generation"] = stored.Generation.ToString(CultureInfo.InvariantCulture),
        ["crc32c"] = HashOf(stored.Content),
    };

    private static string HashOf(byte[] content)
    {
        uint crc = uint.MaxValue;
        foreach (byte b in content)
        {
            crc = BitOperations.Crc32C(crc, b);
        }

        byte[] bytes = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, ~crc);
        return Convert.ToBase64String(bytes);
    }

    private static async Task<JsonNode?> ReadJsonAsync(HttpContext context)
    {
        Stream body = context.Request.Headers.ContentEncoding == "gzip"
            ? new GZipStream(context.Request.Body, CompressionMode.Decompress)
            : context.Request.Body;
        await using (body)
        {
            return await JsonNode.ParseAsync(body, cancellationToken: context.RequestAborted);
        }
    }

    private static Task SendErrorAsync(HttpContext context, int status, string message) => SendJsonAsync(context, status, new JsonObject
    {
        ["error"] = new JsonObject
        {
            ["code"] = status,
            ["message"] = message,
            ["errors"] = new JsonArray(new JsonObject { ["message"] = message, ["domain"] = "global" }),
        },
    });

    private static Task SendJsonAsync(HttpContext context, int status, JsonNode document)
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsJsonAsync(document, JsonSerializerOptions.Default, "application/json; charset=UTF-8", context.RequestAborted);
    }

    private static Task SendTextAsync(HttpContext context, int status, string text)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/html; charset=UTF-8";
        return context.Response.WriteAsync(text, context.RequestAborted);
    }

    [GeneratedRegex("^(?<upload>/upload)?/storage/v1/b/(?<bucket>[^/]+)/o(/(?<name>[^/]+))?$")]
    private static partial Regex BucketPath { get; }

    [GeneratedRegex(@"^bytes (\*|(?<first>\d+)-(?<last>\d+))/(?<total>\d+)$")]
    private static partial Regex ContentRange { get; }

    private sealed record StoredObject(byte[] Content, long Generation);

    private sealed record Upload(string Name, long Length)
    {
        public MemoryStream Received { get; } = new();
    }
}
