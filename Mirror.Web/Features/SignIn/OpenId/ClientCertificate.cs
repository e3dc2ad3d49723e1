using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Mirror.Core.Configuration;

namespace Mirror.Web.Features.SignIn.OpenId;

/// <summary>
/// A certificate with which this instance authenticates to Entra ID instead of a client secret.
/// See https://learn.microsoft.com/en-us/entra/identity-platform/certificate-credentials.
/// </summary>
internal static class ClientCertificate
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(5);
    private static readonly JsonWebTokenHandler Handler = new();

    /// <exception cref="InvalidConfigurationException">It cannot be read, or has no RSA key.</exception>
    public static X509Certificate2 Load(string path)
    {
        try
        {
            var certificate = X509Certificate2.CreateFromPemFile(path);
            using var key = certificate.GetRSAPrivateKey();
            return key is not null ? certificate : throw Fault($"'{path}' has no RSA key");
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException or IOException or UnauthorizedAccessException)
        {
            throw Fault($"'{path}' cannot be used: {e.Message.TrimEnd('.')}");
        }
    }

    /// <summary>A single-use client assertion for one endpoint.</summary>
    public static string Assert(X509Certificate2 certificate, string clientId, string endpoint, DateTimeOffset now) =>
        Handler.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = clientId,
            Audience = endpoint,
            IssuedAt = now.UtcDateTime,
            NotBefore = now.UtcDateTime,
            Expires = (now + Lifetime).UtcDateTime,
            Claims = new Dictionary<string, object> { ["sub"] = clientId, ["jti"] = Guid.NewGuid().ToString("N") },
            SigningCredentials = new X509SigningCredentials(certificate, SecurityAlgorithms.RsaSha256),
        });

    private static InvalidConfigurationException Fault(string problem) =>
        new([new ConfigurationFault("Mirror:Auth:Oidc:ClientCertificatePath", problem + "; expected a PEM file with a certificate and its unencrypted RSA key")]);
}
