using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Mirror.Core.Configuration;

namespace Mirror.Tests.Features.SignIn;

/// <summary>Sign-in with Entra ID, with a fake that responds like one of its tenants.</summary>
public sealed class EntraSignInTests
{
    private const string Refused = "/sign-in?problem=provider";

    [Fact]
    public async Task SignIn_WithASecret_IdentifiesTheUserByTenantAndSubject()
    {
        var provider = await FakeOpenIdProvider.StartEntraAsync();
        await using var visit = await StartAsync(provider);
        provider.Claims["groups"] = new[] { "0f0f-group" };
        provider.Claims["roles"] = new[] { "Mirror.Deployer" };

        Assert.Equal("/account", await visit.SignInAsync());

        var user = (await visit.FindUserAsync())!;
        Assert.Equal(($"{provider.Url}{FakeOpenIdProvider.Tenant}/v2.0", "subject-1"), (user.OidcIssuer, user.OidcSubject));
        Assert.Equal("""["0f0f-group","Mirror.Deployer"]""", user.OidcGroups);
        Assert.Empty(provider.GraphRequests);
        Assert.Empty(provider.Violations);
        Assert.Contains("Sign in with Microsoft", await visit.Browser.GetAsync("/sign-in"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task SignIn_WithACertificate_AuthenticatesTheClient()
    {
        using var key = RSA.Create(2048);
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = new CertificateRequest("CN=mirror", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            .CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        string path = Path.Combine(Path.GetTempPath(), $"mirror-tests-{Guid.NewGuid():N}.pem");
        try
        {
            await File.WriteAllTextAsync(path, $"{certificate.ExportCertificatePem()}\n{key.ExportPkcs8PrivateKeyPem()}\n");
            var provider = await FakeOpenIdProvider.StartEntraAsync();
            provider.Certificate = certificate;
            await using var visit = await StartAsync(provider, oidc => oidc with { ClientSecret = null, ClientCertificatePath = path });

            Assert.Equal("/account", await visit.SignInAsync());
            Assert.Empty(provider.Violations);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public async Task Start_WithAnInvalidCertificate_NamesItsConfigurationKey()
    {
        var provider = await FakeOpenIdProvider.StartEntraAsync();
        await using var _ = provider;

        var thrown = await Assert.ThrowsAsync<InvalidConfigurationException>(
            () => StartAsync(provider, oidc => oidc with { ClientSecret = null, ClientCertificatePath = "/nowhere/client.pem" }));

        var fault = Assert.Single(thrown.Faults);
        Assert.Equal("Mirror:Auth:Oidc:ClientCertificatePath", fault.Key);
        Assert.Contains("/nowhere/client.pem", fault.Problem, StringComparison.Ordinal);
    }

    /// <summary>
    /// Tokens indicate omitted groups in three ways: with a link to a retired API, with a link to Graph, or without a link.
    /// </summary>
    [Theory]
    [InlineData("https://graph.windows.net/11111111-2222-3333-4444-555555555555/users/1/getMemberObjects", "/v1.0/me/getMemberObjects")]
    [InlineData("https://attacker.example.com/v1.0/users/1/getMemberObjects", "/v1.0/me/getMemberObjects")]
    [InlineData("v1.0/users/1/getMemberObjects", "/v1.0/users/1/getMemberObjects")]
    [InlineData(null, "/v1.0/me/getMemberObjects")]
    public async Task Groups_OmittedFromTheToken_AreFetchedFromGraph(string? link, string asked)
    {
        foreach (bool isNamed in new[] { true, false })
        {
            var provider = await FakeOpenIdProvider.StartEntraAsync();
            await using var visit = await StartAsync(provider, oidc => oidc with { AdminGroups = ["group-250"] });
            provider.GraphGroups = [.. Enumerable.Range(1, 250).Select(number => $"group-{number}")];
            if (!isNamed)
            {
                provider.EditDiscovery = _ => { };
            }

            if (link is null)
            {
                provider.Claims["hasgroups"] = true;
            }
            else
            {
                provider.Claims["_claim_names"] = new { groups = "src1" };
                provider.Claims["_claim_sources"] = new { src1 = new { endpoint = new Uri(provider.Url, link).AbsoluteUri } };
            }

            Assert.Equal("/account", await visit.SignInAsync());

            var user = (await visit.FindUserAsync())!;
            Assert.Equal(250, user.OidcGroups!.Split(',').Length);
            Assert.True(user.IsAdmin);
            Assert.Equal(asked, Assert.Single(provider.GraphRequests));
            Assert.Empty(provider.Violations);
        }
    }

    /// <summary>Without the groups, the user would lose the roles that the groups grant.</summary>
    [Theory]
    [InlineData(403)]
    [InlineData(500)]
    public async Task Groups_NotReturnedByGraph_FailTheSignIn(int status)
    {
        var provider = await FakeOpenIdProvider.StartEntraAsync();
        await using var visit = await StartAsync(provider);
        provider.Claims["_claim_names"] = new { groups = "src1" };
        provider.GraphStatus = status;

        Assert.Equal(Refused, await visit.SignInAsync());
        Assert.Contains($"Graph returned {status}", await visit.RefusalAsync(), StringComparison.Ordinal);
        Assert.Null(await visit.FindUserAsync());
    }

    [Theory]
    [InlineData("iss", "https://sts.windows.net/" + FakeOpenIdProvider.Tenant + "/", "ssuer")]
    [InlineData("iss", "https://login.microsoftonline.com/99999999-2222-3333-4444-555555555555/v2.0", "ssuer")]
    [InlineData("aud", "another-client", "udience")]
    [InlineData("nonce", "of-another-sign-in", "once")]
    public async Task Token_OfAnotherTenantVersionOrClient_FailsTheSignIn(string claim, string value, string reason)
    {
        var provider = await FakeOpenIdProvider.StartEntraAsync();
        await using var visit = await StartAsync(provider);
        provider.Claims[claim] = value;

        Assert.Equal(Refused, await visit.SignInAsync());
        Assert.Contains(reason, await visit.RefusalAsync(), StringComparison.Ordinal);
        Assert.Null(await visit.FindUserAsync());
    }

    [Fact]
    public async Task Key_NewAtEntra_IsAcceptedImmediately()
    {
        var provider = await FakeOpenIdProvider.StartEntraAsync();
        await using var visit = await StartAsync(provider);
        Assert.Equal("/account", await visit.SignInAsync());

        provider.HasNewKey = true;

        Assert.Equal("/account", await visit.SignInAsync());
    }

    private static Task<OpenIdVisit> StartAsync(FakeOpenIdProvider provider, Func<OidcOptions, OidcOptions>? configure = null) =>
        OpenIdVisit.StartAsync(provider, oidc => (configure ?? (same => same))(oidc with
        {
            Provider = OidcProvider.EntraId,
            Authority = provider.Url,
            TenantId = FakeOpenIdProvider.Tenant,
            Scopes = ["openid", "profile", "email", "User.Read"],
        }));
}
