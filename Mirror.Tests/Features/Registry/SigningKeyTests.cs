using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Mirror.Core.Hosted;
using Mirror.Core.Verification;
using Mirror.Tests.Cli;
using Mirror.Tests.Hosting;
using Mirror.Tests.Origin;
using Mirror.Tests.Protocols;
using Mirror.Tests.Verification;
using Org.BouncyCastle.Bcpg;
using Org.BouncyCastle.Bcpg.OpenPgp;
using Org.BouncyCastle.Security;

namespace Mirror.Tests.Features.Registry;

public sealed class SigningKeyTests
{
    private const string Keys = RegistryServer.Group + "/namespaces/acme/keys";

    [Fact]
    public async Task Key_AddedRetiredAndRevoked_IsListedWithItsState()
    {
        await using var server = await StartAsync();
        string file = Path.Combine(server.DataDirectory, "key.asc");
        await File.WriteAllTextAsync(file, TestKeys.Publisher.ArmoredPublicKey);
        string key = TestKeys.Publisher.Fingerprint;

        var none = await CommandLine.RunAsync(server, "signing-key", "list", "acme");
        var added = await CommandLine.RunAsync(server, "signing-key", "add", "acme", file);
        var again = await CommandLine.RunAsync(server, "signing-key", "add", "acme", file);
        var retired = await CommandLine.RunAsync(server, "signing-key", "retire", "acme", key);
        var twice = await CommandLine.RunAsync(server, "signing-key", "retire", "acme", key);
        var revoked = await CommandLine.RunAsync(server, "signing-key", "revoke", "acme", key, "--reason", "stolen", "--yes");
        var list = await CommandLine.RunAsync(server, "signing-key", "list", "acme", "--json");

        Assert.Equal("No keys.\n", none.Output);
        Assert.Equal((0, $"Added the key {key} (Example Publisher <releases@example.com>) to acme.\n"), (added.ExitCode, added.Output));
        Assert.Contains($"'acme' already has the key {key}, which is active", again.Error, StringComparison.Ordinal);
        Assert.Equal((0, $"Retired the key {key} of acme.\n"), (retired.ExitCode, retired.Output));
        Assert.Equal(1, twice.ExitCode);
        Assert.Equal(0, revoked.ExitCode);
        var item = Assert.Single(list.Json["items"]!.AsArray())!;
        Assert.Equal(
            ("revoked", "stolen", false, "RSA 2048"),
            ((string?)item["state"], (string?)item["reason"], (bool)item["signsHere"]!, (string?)item["algorithm"]));
        Assert.Equal(
            ["signing-key.add", "signing-key.retire", "signing-key.revoke"],
            await MirrorWithOrigin.QueryAsync(server, db => db.Audit.Where(row => row.Action.StartsWith("signing-key."))
                .OrderBy(row => row.Id)
                .Select(row => row.Action)
                .ToListAsync()));
    }

    [Fact]
    public async Task Key_Generated_SignsWhatClientsVerify_AndItsPrivatePartIsEncrypted()
    {
        await using var server = await StartAsync();

        var generated = await CommandLine.RunAsync(
            server, "signing-key", "generate", "acme", "--owner", "Acme <releases@example.com>", "--json");
        var registry = server.Services.GetRequiredService<RegistryNamespaces>();
        var target = (await registry.FindAsync("acme", CancellationToken.None))!;
        var signer = (await server.Services.GetRequiredService<PublishingKeys>().FindSignerAsync(target, CancellationToken.None)).Value;
        byte[] document = "signed"u8.ToArray(), signature = signer.Sign(document);
        byte[]? secret = await MirrorWithOrigin.QueryAsync(server, db => db.PublishingKeys.Select(row => row.Secret).SingleAsync());
        using var gpg = new Gpg();

        Assert.Equal((true, "RSA 3072", "active"), ((bool)generated.Json["signsHere"]!, (string?)generated.Json["algorithm"], (string?)generated.Json["state"]));
        Assert.Null(generated.Json["asciiArmor"]);
        Assert.IsType<SignatureResult.Valid>(new OpenPgpVerifier(TimeProvider.System).Verify(document, signature, [target.Keys[0].AsciiArmor]));
        Assert.True(gpg.Verify(target.Keys[0].AsciiArmor, document, signature).Accepted);
        Assert.False(OpenPgpSigner.TryParse(secret!, out _, out _));
    }

    [Theory]
    [InlineData("ed25519", null)]
    [InlineData("rsa3072", null)]
    [InlineData("nistp256", null)]
    [InlineData("rsa3072", "ed25519")]
    public async Task PrivateKey_OfGnuPg_SignsWhatClientsVerify(string algorithm, string? subkey)
    {
        using var gpg = new Gpg();
        string key = gpg.MakeKey("Acme <releases@example.com>", algorithm);
        string expected = subkey is null ? key : gpg.AddSubkey(key, subkey);
        await using var server = await StartAsync();

        using var added = await server.AdminClient.PostAsJsonAsync(Keys, new { privateKey = gpg.ExportSecret(key) });
        var target = (await server.Services.GetRequiredService<RegistryNamespaces>().FindAsync("acme", CancellationToken.None))!;
        var signer = (await server.Services.GetRequiredService<PublishingKeys>().FindSignerAsync(target, CancellationToken.None)).Value;
        byte[] document = "signed"u8.ToArray();
        var result = new OpenPgpVerifier(TimeProvider.System).Verify(
            document, signer.Sign(document, TimeProvider.System.GetUtcNow()), [gpg.Export(key)]);

        Assert.Equal(HttpStatusCode.Created, added.StatusCode);
        Assert.Equal((key, expected), (target.Keys[0].Fingerprint, Assert.IsType<SignatureResult.Valid>(result).SigningFingerprint));
        Assert.DoesNotContain("PRIVATE", await added.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task PrivatePart_OfAKeyThatIsThere_IsAddedToItOnce()
    {
        using var gpg = new Gpg();
        string key = gpg.MakeKey("Acme <releases@example.com>", "rsa3072", "cert");
        gpg.AddSubkey(key, "ed25519");
        await using var server = await StartAsync();
        var registry = server.Services.GetRequiredService<RegistryNamespaces>();

        using var added = await server.AdminClient.PostAsJsonAsync(Keys, new { asciiArmor = gpg.Export(key) });
        bool before = Assert.Single((await registry.FindAsync("acme", CancellationToken.None))!.Keys).SignsHere;
        using var attached = await server.AdminClient.PostAsJsonAsync(Keys, new { privateKey = gpg.ExportSecret(key) });
        using var again = await server.AdminClient.PostAsJsonAsync(Keys, new { privateKey = gpg.ExportSecret(key) });
        var target = (await registry.FindAsync("acme", CancellationToken.None))!;
        byte[] document = "signed"u8.ToArray();
        var signer = (await server.Services.GetRequiredService<PublishingKeys>().FindSignerAsync(target, CancellationToken.None)).Value;

        Assert.Equal(
            (HttpStatusCode.Created, HttpStatusCode.Created, HttpStatusCode.Created), (added.StatusCode, attached.StatusCode, again.StatusCode));
        Assert.Equal((false, true), (before, Assert.Single(target.Keys).SignsHere));
        Assert.IsType<SignatureResult.Valid>(new OpenPgpVerifier(TimeProvider.System).Verify(document, signer.Sign(document), [gpg.Export(key)]));
        Assert.Equal(
            ["Acme", "the private part of"],
            (await MirrorWithOrigin.QueryAsync(server, db => db.Audit.Where(row => row.Action == "signing-key.add")
                .OrderBy(row => row.Id).Select(row => row.Detail!).ToListAsync()))
                .Select(detail => detail.StartsWith("the private part of", StringComparison.Ordinal) ? "the private part of" : "Acme"));
    }

    [Theory]
    [InlineData("retire", "retired")]
    [InlineData("revoke", "revoked")]
    public async Task PrivatePart_OfAKeyThatSignsNothingNew_IsRefused(string verb, string state)
    {
        await using var server = await StartAsync();
        using var added = await server.AdminClient.PostAsJsonAsync(Keys, new { asciiArmor = TestKeys.Publisher.ArmoredPublicKey });
        using var changed = await server.AdminClient.PostAsJsonAsync($"{Keys}/{TestKeys.Publisher.Fingerprint}/{verb}", new { reason = "old" });

        using var refused = await server.AdminClient.PostAsJsonAsync(
            Keys, new { privateKey = Encoding.ASCII.GetString(OpenPgpSigner.ToArmor(TestKeys.Publisher.Export())) });

        Assert.Equal((HttpStatusCode.NoContent, HttpStatusCode.Conflict), (changed.StatusCode, refused.StatusCode));
        Assert.Contains($"which is {state}", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.False(await MirrorWithOrigin.QueryAsync(server, db => db.PublishingKeys.AnyAsync(row => row.Secret != null)));
    }

    [Fact]
    public async Task Key_ThatClientsRefuse_IsRefusedWithTheReason()
    {
        using var gpg = new Gpg();
        string revoked = gpg.MakeKey("Gone <gone@example.com>", "ed25519");
        gpg.Revoke(revoked);
        await using var server = await StartAsync();

        async Task<string> RefuseAsync(object key)
        {
            using var answer = await server.AdminClient.PostAsJsonAsync(Keys, key);
            Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
            return (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("detail").GetString()!;
        }

        Assert.Contains("was revoked by its owner", await RefuseAsync(new { asciiArmor = gpg.Export(revoked) }), StringComparison.Ordinal);
        Assert.Contains("expired on 2025-01-31", await RefuseAsync(new { asciiArmor = TestKeys.Expired.ArmoredPublicKey }), StringComparison.Ordinal);
        Assert.Contains("The key ", await RefuseAsync(new { asciiArmor = "no key" }), StringComparison.Ordinal);
        Assert.Contains("contains no private key", await RefuseAsync(new { privateKey = "no key" }), StringComparison.Ordinal);
        Assert.Contains(
            "begins with a secret key",
            await RefuseAsync(new { asciiArmor = Encoding.ASCII.GetString(OpenPgpSigner.ToArmor(TestKeys.Publisher.Export())).Replace("PRIVATE", "PUBLIC", StringComparison.Ordinal) }),
            StringComparison.Ordinal);
        Assert.Empty(await MirrorWithOrigin.QueryAsync(server, db => db.PublishingKeys.ToListAsync()));
    }

    [Fact]
    public void PrivateKey_WithAPassphrase_IsRefusedWithoutNamingIt()
    {
        var ring = PgpSecretKeyRing.CopyWithNewPassword(
            new PgpSecretKeyRing(TestKeys.Publisher.Export()), null, "secret".ToCharArray(), SymmetricKeyAlgorithmTag.Aes256, new SecureRandom());

        Assert.False(OpenPgpSigner.TryParse(ring.GetEncoded(), out _, out string? refusal));
        Assert.Contains("protected by a passphrase", refusal, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Key_OfAnotherRootGroup_IsNotFound()
    {
        await using var server = await StartAsync();
        await CommandLine.RunAsync(server, "group", "create", "team");

        using var answer = await server.AdminClient.PostAsJsonAsync(
            "/api/v1/groups/team/registry/namespaces/acme/keys", new { asciiArmor = TestKeys.Publisher.ArmoredPublicKey });
        using var anonymous = await server.Client.PostAsJsonAsync(Keys, new { asciiArmor = TestKeys.Publisher.ArmoredPublicKey });

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Contains("'acme': it belongs to another root group", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Unauthorized, anonymous.StatusCode);
    }

    [Theory]
    [InlineData("signing-key revoke acme 0000000000000000000000000000000000000000 --yes")]
    [InlineData("signing-key retire acme ABC")]
    [InlineData("signing-key generate acme")]
    [InlineData("signing-key add Acme")]
    public async Task Arguments_ThatAreMissingOrMalformed_AreBadUsage(string arguments)
    {
        await using var server = await StartAsync();

        Assert.Equal(2, (await CommandLine.RunAsync(server, arguments.Split(' '))).ExitCode);
    }

    private static async Task<MirrorServer> StartAsync()
    {
        var server = await RegistryServer.StartAsync();
        using var created = await server.AdminClient.PostAsJsonAsync(RegistryServer.Group + "/namespaces", new { name = "acme" });
        return server;
    }
}
