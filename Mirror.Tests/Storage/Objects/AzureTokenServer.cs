using System.Security.Cryptography.X509Certificates;
using Azure.Core;
using Azure.Storage.Blobs;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Mirror.Core.Storage.Objects;
using Mirror.Tests.Importing;
using Mirror.Tests.Origin;
using Mirror.Tests.Processes;

namespace Mirror.Tests.Storage.Objects;

/// <summary>Azurite with https, which tokens require.</summary>
public sealed class AzureTokenServer : IAsyncLifetime, IDisposable
{
    private readonly MirrorDirectory _directory = new();
    private NodeProcess _server = null!;

    public X509Certificate2 Certificate { get; } = OriginCertificate.Create();

    public async Task InitializeAsync()
    {
        _server = await AzureStorageServer.StartAsync(
            _directory.AddFile("tls.crt", Certificate.ExportCertificatePem()),
            _directory.AddFile("tls.key", Certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem()));
        using var client = new HttpClient(Trust(Certificate));
        await Connect(client).CreateBlobContainerAsync(AzureStorageServer.Container);
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    public void Dispose()
    {
        Certificate.Dispose();
        _directory.Dispose();
    }

    public BlobServiceClient Connect(HttpClient client) => new(
        new Uri($"https://127.0.0.1:{_server.Port}/{AzureStorageServer.Account}"), new AnyToken(), AzureBlobObjectStore.CreateClientOptions(client));

    public static SocketsHttpHandler Trust(X509Certificate2 certificate)
    {
        string hash = certificate.GetCertHashString();
        return new SocketsHttpHandler
        {
            UseProxy = false,
            SslOptions = { RemoteCertificateValidationCallback = (_, presented, _, _) => presented?.GetCertHashString() == hash },
        };
    }

    /// <summary>Azurite checks the form of tokens, and not their signature.</summary>
    private sealed class AnyToken : TokenCredential
    {
        public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken)
        {
            var now = TimeProvider.System.GetUtcNow();
            string token = new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
            {
                Issuer = "https://sts.windows.net/11111111-2222-3333-4444-555555555555/",
                Audience = "https://storage.azure.com",
                NotBefore = now.AddMinutes(-1).UtcDateTime,
                IssuedAt = now.AddMinutes(-1).UtcDateTime,
                Expires = now.AddHours(1).UtcDateTime,
                Claims = new Dictionary<string, object>
                {
                    ["oid"] = "00000000-0000-0000-0000-00000000000a",
                    ["tid"] = "11111111-2222-3333-4444-555555555555",
                    ["ver"] = "1.0",
                },
            });
            return new AccessToken(token, now.AddHours(1));
        }

        public override ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
            ValueTask.FromResult(GetToken(requestContext, cancellationToken));
    }
}
