using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Mirror.Core.Addresses;
using Mirror.Core.Configuration;

namespace Mirror.Core.Upstream.Git;

/// <summary>
/// The proxy through which one <c>git</c> process reaches one repository, and nothing else. It listens on loopback and requires a random
/// password. It sends the requests through the same guarded client as all others to origins, which also opens the TLS connection and
/// adds the token: <c>git</c> itself never gets the token, and cannot connect to any other server.
/// </summary>
internal sealed class GitGateway : IAsyncDisposable
{
    /// <summary>The URL by which <c>git</c> knows the repository. The name cannot be resolved, so it only works through the proxy.</summary>
    public const string Repository = "http://repository.invalid/git";

    private const string User = "git";
    private const int MaxHead = 16 * 1024;
    private const int MaxRequest = 1 << 20;
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _over;
    private readonly string _authorization;
    private readonly Uri _repository;
    private readonly AuthenticationHeaderValue? _token;
    private readonly OriginHttp _http;
    private readonly TimeSpan _idleTimeout;
    private readonly long _maxSize;
    private readonly TimeProvider _time;
    private readonly Task _work;
    private long _received;
    private Failure? _failure;

    public GitGateway(
        OriginHttp http,
        MirrorOptions options,
        TimeProvider time,
        Uri repository,
        AuthenticationHeaderValue? token,
        CancellationToken stopping)
    {
        (_http, _time, _repository, _token) = (http, time, repository, token);
        (_idleTimeout, _maxSize) = (options.Upstream.Limits.PackageIdleTimeout, options.Packages.MaxPackageSize);
        string password = RandomNumberGenerator.GetHexString(32, lowercase: true);
        _authorization = "Basic " + Convert.ToBase64String(Encoding.ASCII.GetBytes($"{User}:{password}"));
        _over = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        _listener.Start();
        ProxyUrl = string.Create(
            CultureInfo.InvariantCulture, $"http://{User}:{password}@127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");
        _work = AcceptAsync(_over.Token);
    }

    /// <summary>With the password.</summary>
    public string ProxyUrl { get; }

    /// <summary>Why a request failed; null if none did.</summary>
    public Failure? Failure => Volatile.Read(ref _failure);

    public async ValueTask DisposeAsync()
    {
        await _over.CancelAsync().ConfigureAwait(false);
        _listener.Stop();
        await _work.ConfigureAwait(false);
        _over.Dispose();
        _listener.Dispose();
    }

    private async Task AcceptAsync(CancellationToken cancellationToken)
    {
        var connections = new List<Task>();
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync(cancellationToken).ConfigureAwait(false);
                connections.RemoveAll(connection => connection.IsCompleted);
                connections.Add(ServeAsync(client, cancellationToken));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The fetch is over.
        }

        await Task.WhenAll(connections).ConfigureAwait(false);
    }

    /// <summary>One request a connection.</summary>
    private async Task ServeAsync(TcpClient client, CancellationToken cancellationToken)
    {
        using (client)
        {
            try
            {
                await using var stream = client.GetStream();
                var request = await ReadAsync(stream, cancellationToken).ConfigureAwait(false);
                if (request is null)
                {
                    await RespondAsync(stream, "403 Forbidden", cancellationToken).ConfigureAwait(false);
                    return;
                }

                await ForwardAsync(stream, request, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception e) when (e is OperationCanceledException or IOException or SocketException)
            {
                // The process has ended, or will be ended.
            }
        }
    }

    private async Task ForwardAsync(NetworkStream stream, Request request, CancellationToken cancellationToken)
    {
        var sent = await _http.SendGitAsync(new Uri($"{_repository.AbsoluteUri}/{request.Path}"), _token, message =>
        {
            if (request.Body is not null)
            {
                message.Method = HttpMethod.Post;
                message.Content = new ByteArrayContent(request.Body);
            }

            foreach (var (name, value) in request.Headers)
            {
                _ = message.Headers.TryAddWithoutValidation(name, value)
                    || message.Content?.Headers.TryAddWithoutValidation(name, value) == true;
            }
        }, cancellationToken).ConfigureAwait(false);
        if (!sent.TryGet(out var response))
        {
            await FailAsync(stream, sent.Failure, cancellationToken).ConfigureAwait(false);
            return;
        }

        using (response)
        {
            string type = response.Content.Headers.ContentType?.MediaType ?? "application/octet-stream";
            await stream.WriteAsync(
                Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Type: {type}\r\nCache-Control: no-cache\r\nConnection: close\r\n\r\n"),
                cancellationToken).ConfigureAwait(false);
            var body = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
            byte[] buffer = new byte[64 * 1024];
            while (true)
            {
                int read;
                using var timer = new CancellationTokenSource(_idleTimeout, _time);
                using var reading = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellationToken);
                try
                {
                    read = await body.ReadAsync(buffer, reading.Token).ConfigureAwait(false);
                }
                catch (Exception e) when (!cancellationToken.IsCancellationRequested
                    && OriginFailures.Describe(e, _repository, timer.Token) is { } failure)
                {
                    Report(failure);
                    return;
                }

                if (read == 0)
                {
                    return;
                }

                if (Interlocked.Add(ref _received, read) > _maxSize)
                {
                    Report(new Failure(
                        FailureKind.InvalidAnswer,
                        $"The repository {OriginGuard.Redact(_repository)} exceeds the limit of {Quantity.FormatSize(_maxSize)} (Mirror:Packages:MaxPackageSize)."));
                    return;
                }

                await stream.WriteAsync(buffer.AsMemory(0, read), cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Reads a request for the repository.</summary>
    /// <returns>Null if it is anything else.</returns>
    private async Task<Request?> ReadAsync(NetworkStream stream, CancellationToken cancellationToken)
    {
        byte[] head = new byte[MaxHead];
        int length = 0, end;
        while ((end = head.AsSpan(0, length).IndexOf("\r\n\r\n"u8)) < 0)
        {
            int read = length == MaxHead ? 0 : await stream.ReadAsync(head.AsMemory(length), cancellationToken).ConfigureAwait(false);
            if (read == 0)
            {
                return null;
            }

            length += read;
        }

        string[] lines = Encoding.Latin1.GetString(head, 0, end).Split("\r\n");
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (string line in lines.Skip(1))
        {
            int colon = line.IndexOf(':', StringComparison.Ordinal);
            headers[line[..Math.Max(colon, 0)]] = line[(colon + 1)..].Trim();
        }

        if (!CryptographicOperations.FixedTimeEquals(
                Encoding.Latin1.GetBytes(headers.GetValueOrDefault("Proxy-Authorization", "")), Encoding.Latin1.GetBytes(_authorization)))
        {
            return null;
        }

        var forwarded = headers.Where(header =>
            header.Key.ToUpperInvariant() is "ACCEPT" or "CONTENT-TYPE" or "CONTENT-ENCODING" or "GIT-PROTOCOL");
        if (lines[0] == $"GET {Repository}/{GitReferences.Service} HTTP/1.1")
        {
            return new Request(GitReferences.Service, [.. forwarded], null);
        }

        if (lines[0] != $"POST {Repository}/git-upload-pack HTTP/1.1"
            || !int.TryParse(headers.GetValueOrDefault("Content-Length"), NumberStyles.None, CultureInfo.InvariantCulture, out int size)
            || size > MaxRequest)
        {
            return null;
        }

        byte[] body = new byte[size];
        int begun = Math.Min(length - end - 4, size);
        head.AsSpan(end + 4, begun).CopyTo(body);
        await stream.ReadExactlyAsync(body.AsMemory(begun), cancellationToken).ConfigureAwait(false);
        return new Request("git-upload-pack", [.. forwarded], body);
    }

    private async Task FailAsync(NetworkStream stream, Failure failure, CancellationToken cancellationToken)
    {
        Report(failure);
        await RespondAsync(stream, "502 Bad Gateway", cancellationToken).ConfigureAwait(false);
    }

    private static async Task RespondAsync(NetworkStream stream, string status, CancellationToken cancellationToken) =>
        await stream.WriteAsync(
            Encoding.ASCII.GetBytes($"HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"), cancellationToken)
            .ConfigureAwait(false);

    private void Report(Failure failure) => Interlocked.CompareExchange(ref _failure, failure, null);

    private sealed record Request(string Path, IReadOnlyList<KeyValuePair<string, string>> Headers, byte[]? Body);
}
