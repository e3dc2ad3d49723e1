using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Mirror.Core.Configuration;
using Mirror.Web.Contracts;
using Mirror.Web.Http;

namespace Mirror.Web.Cli;

/// <summary>
/// The server that a command talks to: the one named, or the one of this machine, whose data directory the configuration
/// names. The files in that directory (address, certificate authority, admin token) are only used for that server.
/// </summary>
internal sealed class ServerConnection : IDisposable
{
    private readonly SocketsHttpHandler _handler;
    private readonly List<HttpClient> _clients = [];
    private readonly X509Certificate2? _authority;

    private ServerConnection(Uri url, string? token, string? authorityPath)
    {
        Url = url;
        var authority = _authority = authorityPath is null ? null : LoadAuthority(authorityPath);
        AuthorityPath = authority is null ? null : authorityPath;
        var handler = _handler = new SocketsHttpHandler { AllowAutoRedirect = false };
        if (authority is not null)
        {
            handler.SslOptions.RemoteCertificateValidationCallback =
                (_, certificate, _, errors) => errors == SslPolicyErrors.None || IsLocal(certificate, errors);
        }

        if (url.IsLoopback)
        {
            handler.UseProxy = false;
        }

        Client = ClientWith(token);
    }

    public Uri Url { get; }

    public MirrorClient Client { get; }

    /// <summary>This machine's certificate authority, for other programs to trust; null for another server.</summary>
    public string? AuthorityPath { get; }

    /// <param name="url">Named on the command line or in the environment; null: this machine's.</param>
    /// <param name="token">Likewise; null: for this machine's server, the one that it left in its data directory.</param>
    /// <param name="workingDirectory">Where the configuration is looked for.</param>
    /// <exception cref="InvalidConfigurationException">This machine's configuration is not valid.</exception>
    /// <exception cref="StartFailedException">This machine's configuration cannot be read.</exception>
    public static ServerConnection Open(Uri? url, string? token, string workingDirectory)
    {
        var options = LocalOptions(workingDirectory, mustBeValid: url is null);
        var local = options is null ? [] : LocalUrls(options);
        url = WithSlash(url ?? local[0]);
        bool isLocal = local.Any(known => WithSlash(known) == url || WithSlash(new Uri(known, options!.PathPrefix)) == url);
        if (isLocal && options is not null)
        {
            token ??= options.Auth.AdminToken ?? AdminToken.ReadFile(options.DataDirectory);
        }

        return new ServerConnection(url, token, isLocal && options is not null ? Path.Combine(options.TlsDirectory, "ca.pem") : null);
    }

    /// <summary>The same server, asked with another token; null: with none.</summary>
    public MirrorClient ClientWith(string? token)
    {
        // An import takes as long as it takes.
        var http = new HttpClient(_handler, disposeHandler: false) { BaseAddress = Url, Timeout = Timeout.InfiniteTimeSpan };
        _clients.Add(http);
        if (token is not null)
        {
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }

        return new MirrorClient(http);
    }

    /// <summary>Why the server cannot be reached, and what to do about it.</summary>
    public string Explain(HttpRequestException exception) => exception.HttpRequestError == HttpRequestError.SecureConnectionError
        ? $"{Url} cannot be trusted: {Reason(exception)}. Set SSL_CERT_FILE to the file of its certificate authority."
        : $"No mirror responds at {Url}: {Reason(exception)}. Start it with 'mirror serve', or set another URL with --url or "
            + $"{CommandOptions.UrlVariable}.";

    /// <summary>The innermost message says what the network did; those around it say only that something failed.</summary>
    public static string Reason(Exception exception) =>
        exception.InnerException is { } inner ? Reason(inner) : exception.Message.TrimEnd('.');

    public void Dispose()
    {
        foreach (var client in _clients)
        {
            client.Dispose();
        }

        _handler.Dispose();
        _authority?.Dispose();
    }

    /// <summary>Where another server is named, a faulty configuration of this machine is no obstacle.</summary>
    private static MirrorOptions? LocalOptions(string workingDirectory, bool mustBeValid)
    {
        try
        {
            return MirrorOptionsReader.Read(MirrorConfiguration.Load(workingDirectory, new Dictionary<string, string?>()));
        }
        catch (Exception e) when (!mustBeValid && e is (InvalidConfigurationException or StartFailedException))
        {
            return null;
        }
    }

    private static List<Uri> LocalUrls(MirrorOptions options) => ServerFile.Read(options.DataDirectory) is { Urls.Count: > 0 } running
        ? [.. running.Urls]
        : [.. new[] { options.Listen.Https, options.Listen.Http }.OfType<Uri>().Select(ListenAddress.ForThisMachine)];

    private static X509Certificate2? LoadAuthority(string path)
    {
        try
        {
            return File.Exists(path) ? X509CertificateLoader.LoadCertificateFromFile(path) : null;
        }
        catch (Exception e) when (e is System.Security.Cryptography.CryptographicException or IOException or UnauthorizedAccessException)
        {
            return null; // The connection then says that the certificate is not trusted.
        }
    }

    /// <summary>In addition to the system's authorities, trusts the local one; the name must still match.</summary>
    private bool IsLocal(X509Certificate? certificate, SslPolicyErrors errors)
    {
        if (certificate is not X509Certificate2 leaf || errors != SslPolicyErrors.RemoteCertificateChainErrors)
        {
            return false;
        }

        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(_authority!);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        return chain.Build(leaf);
    }

    private static Uri WithSlash(Uri url) =>
        url.AbsolutePath.EndsWith('/') ? url : new UriBuilder(url) { Path = url.AbsolutePath + "/" }.Uri;
}
