using System.Diagnostics.Metrics;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Connections;
using Mirror.Core.Configuration;
using Mirror.Web.Http;

namespace Mirror.Web.Hosting;

/// <summary>Why a TLS connection was refused.</summary>
internal enum CertificateRefusal
{
    Missing,
    UnknownAuthority,
    Expired,
    WrongUsage,
    Invalid,
}

/// <summary>
/// Requests client certificates on the HTTPS listener, as <c>Mirror:Tls:ClientCertificates</c> says. A connection that is refused ends with
/// its handshake: no request is read from it, over HTTP/1.1 and HTTP/2.
/// </summary>
internal sealed class ClientCertificates
{
    private static readonly Oid ClientAuthentication = new("1.3.6.1.5.5.7.3.2");

    private readonly ClientCertificatePolicy _mode;
    private readonly ReloadedFiles<X509Certificate2Collection>? _authorities;
    private readonly TimeProvider _time;
    private readonly RefusalCounter<CertificateRefusal> _refused;

    public ClientCertificates(
        MirrorOptions options, ConfiguredCertificates files, IMeterFactory meters, TimeProvider time, ILogger<ClientCertificates> log)
    {
        _mode = options.Tls.ClientCertificates;
        _authorities = _mode != ClientCertificatePolicy.Off && options.Tls.ClientAuthorityPath is { } path
            ? files.Authorities("Mirror:Tls:ClientAuthorityPath", path)
            : null;
        _time = time;
        _refused = new RefusalCounter<CertificateRefusal>(
            time, "reason", Enum.GetValues<CertificateRefusal>(), (count, reason) => HostLog.ClientCertificatesRefused(log, count, Describe(reason)));
        meters.Create(ConnectionLimits.MeterName).CreateObservableCounter(
            "mirror.tls.refused", _refused.Read, "{connection}", "TLS connections refused because of the client certificate, by reason");
    }

    /// <summary>Call before TLS when configuring a listener.</summary>
    public void Guard(IConnectionBuilder listener) => listener.Use(next => async connection =>
    {
        try
        {
            await next(connection);
        }
        catch (CryptographicException)
        {
            // Thrown in the handshake, for chains that the platform cannot process, such as those of more than 100 certificates. The web
            // server would log each as an error with a stack trace, which would let any client fill the log.
            _refused.Add(CertificateRefusal.Invalid);
        }
    });

    /// <summary>Adds the check to the settings of a new connection.</summary>
    public SslServerAuthenticationOptions Apply(SslServerAuthenticationOptions tls)
    {
        if (_mode == ClientCertificatePolicy.Off)
        {
            return tls;
        }

        tls.ClientCertificateRequired = true;
        // A resumed session has no chain to check.
        tls.AllowTlsResume = false;
        tls.CertificateChainPolicy = CreatePolicy();
        tls.RemoteCertificateValidationCallback = IsAccepted;
        return tls;
    }

    private X509ChainPolicy CreatePolicy()
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            VerificationTime = _time.GetUtcNow().UtcDateTime,
            RevocationMode = X509RevocationMode.NoCheck,
            // Their URLs are chosen by the client.
            DisableCertificateDownloads = true,
        };
        policy.ApplicationPolicy.Add(ClientAuthentication);
        foreach (var authority in _authorities?.Current ?? [])
        {
            (CertificateFiles.IsRoot(authority) ? policy.CustomTrustStore : policy.ExtraStore).Add(authority);
        }

        return policy;
    }

    private bool IsAccepted(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (errors == SslPolicyErrors.None || certificate is null && _mode == ClientCertificatePolicy.Allow)
        {
            return true;
        }

        _refused.Add(certificate is null ? CertificateRefusal.Missing : Find(chain));
        return false;
    }

    private static CertificateRefusal Find(X509Chain? chain)
    {
        var status = (chain?.ChainStatus ?? []).Aggregate(X509ChainStatusFlags.NoError, (all, each) => all | each.Status);
        return (status & (X509ChainStatusFlags.UntrustedRoot | X509ChainStatusFlags.PartialChain)) != 0 ? CertificateRefusal.UnknownAuthority
            : status.HasFlag(X509ChainStatusFlags.NotTimeValid) ? CertificateRefusal.Expired
            : status.HasFlag(X509ChainStatusFlags.NotValidForUsage) ? CertificateRefusal.WrongUsage
            : CertificateRefusal.Invalid;
    }

    private static string Describe(CertificateRefusal reason) => reason switch
    {
        CertificateRefusal.Missing => "the client presented no certificate",
        CertificateRefusal.UnknownAuthority => "the certificate is not from an authority in Mirror:Tls:ClientAuthorityPath",
        CertificateRefusal.Expired => "the certificate, or one in its chain, has expired or is not valid yet",
        CertificateRefusal.WrongUsage => "the certificate is not for client authentication",
        _ => "the certificate or its chain is invalid",
    };
}
