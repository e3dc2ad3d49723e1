using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Mirror.Core;
using Mirror.Core.Configuration;
using Mirror.Web.Contracts;

namespace Mirror.Web.Cli;

/// <summary>The connection of a command to its server. It follows no redirects: the token is sent to that server only.</summary>
internal sealed class ServerConnection : IDisposable
{
    /// <summary>Of a document in memory. Packages are streamed.</summary>
    private const int MaxResponse = 64 << 20;

    private readonly SocketsHttpHandler _handler;
    private readonly List<HttpClient> _clients = [];
    private readonly X509Certificate2Collection _authorities;
    private string? _certificateFault;
    private volatile bool _isCertificateRequested;

    private ServerConnection(ServerTarget target)
    {
        Target = target;
        _authorities = target.AuthorityPath is { } path ? ReadAuthorities(path) : [];
        var handler = _handler = new SocketsHttpHandler { AllowAutoRedirect = false };
        handler.SslOptions.RemoteCertificateValidationCallback = (_, certificate, chain, errors) =>
        {
            bool isTrusted = errors == SslPolicyErrors.None || IsTrusted(certificate, chain, errors);
            _certificateFault = isTrusted ? null : Describe(errors, chain);
            return isTrusted;
        };

        if (target.Identity is { } identity)
        {
            handler.SslOptions.ClientCertificateContext = identity.Load();
        }
        else
        {
            // Only asked, with the server's certificate, when the server requests one.
            handler.SslOptions.LocalCertificateSelectionCallback = (_, _, _, server, _) =>
            {
                _isCertificateRequested |= server is not null;
                return null!;
            };
        }

        if (Url.IsLoopback)
        {
            handler.UseProxy = false;
        }
        else
        {
            handler.Proxy = EnvironmentProxy.Value;
        }

        Client = ClientWith(target.Token);
    }

    public ServerTarget Target { get; }

    public Uri Url => Target.Url;

    public MirrorClient Client { get; }

    /// <summary>The certificate authority to trust besides the system's, for other programs; null: none.</summary>
    public string? AuthorityPath => Target.AuthorityPath;

    /// <exception cref="InvalidDataException">The file with the certificate authority cannot be read.</exception>
    /// <exception cref="InvalidConfigurationException">The files of the client certificate cannot be used.</exception>
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
        var http = new HttpClient(_handler, disposeHandler: false) { BaseAddress = Url, MaxResponseContentBufferSize = MaxResponse };
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
        bool isHttps = Url.Scheme == Uri.UriSchemeHttps;
        return exception.HttpRequestError switch
        {
            HttpRequestError.SecureConnectionError when _certificateFault is { } fault =>
                $"{Url} cannot be trusted: {fault}. Set SSL_CERT_FILE to the file of its certificate authority, or store it in a profile "
                + $"with 'mirror login {Url} --authority <file>'.",
            _ when _isCertificateRequested =>
                $"{Url} requests a client certificate, and refused the connection without one: {reason}. Set "
                + $"{ClientIdentity.CertificateVariable} and {ClientIdentity.KeyVariable} to the files of one, or store them in a profile "
                + $"with 'mirror login {Url} --client-certificate <file> --client-key <file>'.",
            HttpRequestError.ResponseEnded or HttpRequestError.Unknown when isHttps && Target.Identity is { } identity =>
                $"{Url} closed the connection: {reason}. If it does not accept the certificate in '{identity.CertificatePath}', its log "
                + "contains the reason.",
            // The usual mistake with a port: the server speaks the other protocol there.
            HttpRequestError.SecureConnectionError or HttpRequestError.ResponseEnded or HttpRequestError.InvalidResponse =>
                $"{Url} did not return a valid response: {reason}. Check whether it is the URL of a Mirror server, and whether the server "
                + $"expects {(isHttps ? "http" : "https")} there.",
            HttpRequestError.ConfigurationLimitExceeded => $"{Url} sent a response of more than {Quantity.FormatSize(MaxResponse)}.",
            _ when Target.Profile is { } profile =>
                $"No mirror responds at {Url}, the server of the profile '{profile}': {reason}. Select another server with --profile or --url.",
            _ => $"No mirror responds at {Url}: {reason}. Start it with 'mirror serve', or name another with --url or "
                + $"{ServerLocator.UrlVariable}.",
        };
    }

    /// <summary>The advice for a user whose token the server does not accept, or who sent none.</summary>
    public string ExplainDenial() =>
        $"{Url} {(Target.Token is null ? "requires a token" : "does not accept the token")}. " + Target.TokenSource switch
        {
            TokenSource.Option => "Check the value of --token.",
            TokenSource.Variable => $"Check the value of {ServerLocator.TokenVariable}.",
            TokenSource.Profile => $"Log in again: mirror login {Url} --profile {Target.Profile}",
            _ => $"Log in with 'mirror login {Url}', or give a token with --token or {ServerLocator.TokenVariable}.",
        };

    /// <summary>The innermost message, which says what the network did; the outer ones say only that the request failed.</summary>
    public static string Reason(Exception exception) =>
        exception.InnerException is { } inner ? Reason(inner)
        // Its message ends with the name of the error.
        : exception is HttpIOException ended ? ended.Message.Replace($" ({ended.HttpRequestError})", "", StringComparison.Ordinal).TrimEnd('.')
        : exception.Message.TrimEnd('.');

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

    private static string Describe(SslPolicyErrors errors, X509Chain? chain)
    {
        var faults = chain?.ChainStatus.Aggregate(X509ChainStatusFlags.NoError, (all, status) => all | status.Status);
        return errors.HasFlag(SslPolicyErrors.RemoteCertificateNotAvailable) ? "it sent no certificate"
            : errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch) ? "its certificate has another hostname"
            : faults?.HasFlag(X509ChainStatusFlags.NotTimeValid) == true ? "its certificate has expired, or is not valid yet"
            : "its certificate authority is unknown";
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
