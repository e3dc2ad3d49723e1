using System.Net.Security;
using Mirror.Core.Configuration;

namespace Mirror.Core.Upstream;

/// <summary>
/// The client for one origin server that requires a client certificate. No other server gets the certificate, as no other request uses
/// this client. The files are read again when they change; unusable new ones are ignored until they are replaced.
/// </summary>
internal sealed class OriginIdentity(
    string key, UpstreamHostOptions host, Func<SslStreamCertificateContext, HttpClient> create, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);
    private readonly Lock _lock = new();
    private HttpClient? _client;
    private byte[] _content = [];
    private long _checked;

    /// <exception cref="InvalidConfigurationException">There is no usable certificate yet.</exception>
    public HttpClient Client
    {
        get
        {
            lock (_lock)
            {
                if (_client is null || time.GetElapsedTime(_checked) >= Interval)
                {
                    _checked = time.GetTimestamp();
                    Refresh();
                }

                return _client!;
            }
        }
    }

    public void Dispose() => _client?.Dispose();

    private void Refresh()
    {
        try
        {
            byte[] content = [.. File.ReadAllBytes(host.ClientCertificatePath!), .. File.ReadAllBytes(host.ClientKeyPath!)];
            if (_client is not null && content.AsSpan().SequenceEqual(_content))
            {
                return;
            }

            var (certificate, issuers) = CertificateFiles.LoadPair(
                $"{key}:ClientCertificatePath", host.ClientCertificatePath!, $"{key}:ClientKeyPath", host.ClientKeyPath!);
            // Requests in progress keep the previous client, whose idle connections close automatically.
            _client = create(SslStreamCertificateContext.Create(certificate, issuers, offline: true));
            _content = content;
        }
        catch (Exception e) when (_client is not null && e is InvalidConfigurationException or IOException or UnauthorizedAccessException)
        {
            // Only one file of a pair may have been replaced yet.
        }
    }
}
