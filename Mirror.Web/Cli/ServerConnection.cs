using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Mirror.Web.Contracts;

namespace Mirror.Web.Cli;

/// <summary>The connection of a command to its server. It follows no redirects: the token is sent to that server only.</summary>
internal sealed class ServerConnection : IDisposable
{
    private readonly SocketsHttpHandler _handler;
    private readonly List<HttpClient> _clients = [];
    private readonly X509Certificate2Collection _authorities;

    private ServerConnection(ServerTarget target)
    {
        Target = target;
        _authorities = target.AuthorityPath is { } path ? ReadAuthorities(path) : [];
        var handler = _handler = new SocketsHttpHandler { AllowAutoRedirect = false };
        if (_authorities.Count > 0)
        {
            handler.SslOptions.RemoteCertificateValidationCallback =
                (_, certificate, chain, errors) => errors == SslPolicyErrors.None || IsTrusted(certificate, chain, errors);
        }

        if (Url.IsLoopback)
        {
            handler.UseProxy = false;
        }

        Client = ClientWith(target.Token);
    }

    public ServerTarget Target { get; }

    public Uri Url => Target.Url;

    public MirrorClient Client { get; }

    /// <summary>The certificate authority to trust besides the system's, for other programs; null: none.</summary>
    public string? AuthorityPath => Target.AuthorityPath;

    /// <exception cref="InvalidDataException">The file with the certificate authority cannot be read.</exception>
    public static ServerConnection Open(ServerTarget target) => new(target);

    /// <summary>A client of the same server with another token; null: with none.</summary>
    public MirrorClient ClientWith(string? token)
    {
        var http = HttpClientWith(token);
        http.Timeout = Timeout.InfiniteTimeSpan; // An import may take hours.
        return new MirrorClient(http);
    }

    /// <summary>For other addresses than those of the API.</summary>
    public HttpClient HttpClientWith(string? token)
    {
        var http = new HttpClient(_handler, disposeHandler: false) { BaseAddress = Url };
        _clients.Add(http);
        if (token is not null)
        {
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }

        return http;
    }

    /// <summary>Why the server cannot be reached, and what to do.</summary>
    public string Explain(HttpRequestException exception)
    {
        string reason = Reason(exception);
        return exception.HttpRequestError == HttpRequestError.SecureConnectionError
            ? $"{Url} cannot be trusted: {reason}. Set SSL_CERT_FILE to the file of its certificate authority, or store it in a profile "
                + $"with 'mirror login {Url} --authority <file>'."
            : Target.Profile is { } profile
            ? $"No mirror responds at {Url}, the server of the profile '{profile}': {reason}. Select another server with --profile or --url."
            : $"No mirror responds at {Url}: {reason}. Start it with 'mirror serve', or name another with --url or "
                + $"{ServerLocator.UrlVariable}.";
    }

    /// <summary>Advice for a user whose token the server does not accept, or who sent none.</summary>
    public string AdviseOnAccess() => Target.TokenSource switch
    {
        TokenSource.Option => "Check the value of --token.",
        TokenSource.Variable => $"Check the value of {ServerLocator.TokenVariable}.",
        TokenSource.Profile => $"Log in again: mirror login {Url} --profile {Target.Profile}",
        _ => $"Log in with 'mirror login {Url}', or give a token with --token or {ServerLocator.TokenVariable}.",
    };

    /// <summary>The innermost message, which says what the network did; the outer ones say only that the request failed.</summary>
    public static string Reason(Exception exception) =>
        exception.InnerException is { } inner ? Reason(inner) : exception.Message.TrimEnd('.');

    public void Dispose()
    {
        foreach (var client in _clients)
        {
            client.Dispose();
        }

        _handler.Dispose();
        foreach (var authority in _authorities)
        {
            authority.Dispose();
        }
    }

    /// <summary>Reads the certificates in a file, PEM or DER.</summary>
    /// <exception cref="InvalidDataException">There are none, or the file cannot be read.</exception>
    public static X509Certificate2Collection ReadAuthorities(string path)
    {
        try
        {
            var certificates = new X509Certificate2Collection();
            certificates.ImportFromPemFile(path);
            if (certificates.Count == 0)
            {
                certificates.Add(X509CertificateLoader.LoadCertificateFromFile(path));
            }

            return certificates;
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw new InvalidDataException($"'{path}' is not a file with certificates: {e.Message}", e);
        }
    }

    /// <summary>Besides the system's authorities; the name must match as always.</summary>
    private bool IsTrusted(X509Certificate? certificate, X509Chain? sent, SslPolicyErrors errors)
    {
        if (certificate is not X509Certificate2 leaf || errors != SslPolicyErrors.RemoteCertificateChainErrors)
        {
            return false;
        }

        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(_authorities);
        chain.ChainPolicy.ExtraStore.AddRange(sent?.ChainPolicy.ExtraStore ?? []);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        return chain.Build(leaf);
    }
}
