using System.Text.Json;
using Mirror.E2E.Processes;
using Mirror.E2E.Terraform;
using Mirror.Tests.Hosted.Publishing;
using Mirror.Tests.Origin;

namespace Mirror.E2E.Publishing;

/// <summary><c>terraform init</c> of a provider that is published at the own hostname.</summary>
public sealed class ProviderTests
{
    private const string Dns = "mirror.example.com/acme/dns";

    [RequiresToolFact("terraform")]
    public async Task Init_OfAPublishedProvider_IsSignedAndShowsItsDeprecation()
    {
        await using var mirror = await StartAsync("default");
        using var project = new TerraformProject(Dns);

        var first = (await project.PasteAndRunAsync(HostBlock(mirror, ""), "init", "-no-color")).AssertSuccess();
        await RunAsync(mirror, "deprecate", "acme/dns", "1.0.0", "--message", "Old.");
        project.Forget();
        var second = (await project.PasteAndRunAsync(HostBlock(mirror, ""), "init", "-no-color")).AssertSuccess();

        Assert.Contains($"- Installed {Dns} v1.0.0 (self-signed, key ID {TestKeys.Publisher.KeyId})", first.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("deprecated", first.Text, StringComparison.Ordinal);
        Assert.Contains($"Version 1.0.0 of {Dns} is deprecated", second.Text, StringComparison.Ordinal);
    }

    [RequiresToolFact("terraform")]
    public async Task Init_OfAProviderOfAPrivateGroup_NeedsAToken()
    {
        await using var mirror = await StartAsync("platform");
        var created = await RunAsync(mirror, "token", "create", "--group-path", "platform", "--role", "viewer", "--json");
        string token = JsonDocument.Parse(created.Output).RootElement.GetProperty("token").GetString()!;
        using var project = new TerraformProject(Dns);
        string block = HostBlock(mirror, "platform/");

        var refused = await project.PasteAndRunAsync(block, "init", "-no-color");
        var installed = (await project.PasteAndRunAsync($"{block}\nexport TF_TOKEN_mirror_example_com={token}", "init", "-no-color")).AssertSuccess();

        Assert.Equal(1, refused.ExitCode);
        Assert.Contains($"- Installed {Dns} v1.0.0", installed.Output, StringComparison.Ordinal);
    }

    private static async Task<MirrorProcess> StartAsync(string group)
    {
        var mirror = await MirrorProcess.StartAsync("--Mirror:PublicUrl=https://mirror.example.com");
        try
        {
            using var dist = new TemporaryDirectory();
            new ReleaseFiles("dns", "1.0.0", "linux_amd64", "linux_arm64", "darwin_arm64").WriteTo(dist.Path);
            string key = dist.Combine("key.asc");
            await File.WriteAllTextAsync(key, TestKeys.Publisher.ArmoredPublicKey);
            if (group != "default")
            {
                await RunAsync(mirror, "group", "create", group);
            }

            await RunAsync(mirror, "registry-namespace", "create", "acme", "--group-path", group);
            await RunAsync(mirror, "signing-key", "add", "acme", key, "--group-path", group);
            await RunAsync(mirror, "publish", "provider", dist.Path, "acme/dns", "1.0.0", "--group-path", group);
            return mirror;
        }
        catch
        {
            await mirror.DisposeAsync();
            throw;
        }
    }

    private static async Task<ProgramRun> RunAsync(MirrorProcess mirror, params string[] command) =>
        (await mirror.RunCommandAsync(command)).AssertSuccess();

    private static string HostBlock(MirrorProcess mirror, string group) =>
        $$"""
        cat > host.tfrc <<'EOF'
        host "mirror.example.com" {
          services = {
            "providers.v1" = "{{mirror.HttpsUrl}}v1/registries/{{group}}mirror.example.com/providers/"
          }
        }
        EOF
        export TF_CLI_CONFIG_FILE="$PWD/host.tfrc"
        export SSL_CERT_FILE='{{mirror.AuthorityPath}}'
        """;
}
