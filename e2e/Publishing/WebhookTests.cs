using System.Net;
using System.Text.Json;
using Mirror.Core.Addresses;
using Mirror.E2E.Processes;
using Mirror.E2E.Terraform;
using Mirror.Tests.Hosted.Publishing;
using Mirror.Tests.Origin;
using Mirror.Tests.Origin.Git;
using Mirror.Tests.Time;

namespace Mirror.E2E.Publishing;

/// <summary>A tag in a real Git repository, published by a signed webhook and installed by the real terraform from the own hostname.</summary>
public sealed class WebhookTests
{
    [RequiresToolFact("terraform", "git")]
    public async Task Init_OfAModule_InstallsTheTagThatWasPushed()
    {
        using var certificate = OriginCertificate.Create();
        using var directory = new TemporaryDirectory();
        string authorities = directory.Combine("git.pem");
        await File.WriteAllTextAsync(authorities, certificate.ExportCertificatePem());
        await using var git = await GitServer.StartAsync(certificate);
        var repository = git.Add("acme/modules.git");
        repository.Commit(("vpc/main.tf", Greeting("1.0.0")), ("README.md", "# Modules"));
        await using var relay = Relay.Open();
        string host = $"127.0.0.1:{relay.Port}";
        await using var mirror = await MirrorProcess.StartAsync(
            $"--Mirror:PublicUrl=https://{host}",
            "--Mirror:Upstream:Hosts:0:Name=git.example.com",
            $"--Mirror:Upstream:Hosts:0:GitUrl={git.Url}",
            $"--Mirror:Upstream:AuthoritiesPath={authorities}");
        relay.Server = mirror.HttpsUrl;
        (await mirror.RunCommandAsync("registry-namespace", "create", "acme")).AssertSuccess();
        string added = (await mirror.RunCommandAsync(
            "module-source", "add", "acme/vpc/aws", $"{git.UrlOf(repository)}", "--forge", "gitHub", "--tag-prefix", "vpc/v", "--subdirectory", "vpc", "--json"))
            .AssertSuccess().Output;
        var hook = JsonDocument.Parse(added).RootElement;

        foreach (string version in new[] { "1.0.0", "1.1.0" })
        {
            repository.Commit(("vpc/main.tf", Greeting(version)));
            repository.Tag($"vpc/v{version}", annotated: true);
            await DeliverAsync(mirror, hook, $"refs/tags/vpc/v{version}");
            await Eventually.TrueAsync(async () => await StateAsync(mirror) == ($"vpc/v{version}", 0, null));
        }

        // Neither the Git server nor the forge is needed any more.
        await git.DisposeAsync();
        using var project = new TerraformProject();
        foreach (string version in new[] { "1.1.0", "1.0.0" })
        {
            await File.WriteAllTextAsync(
                Path.Combine(project.Path, "main.tf"),
                $$"""
                module "vpc" {
                  source  = "{{host}}/acme/vpc/aws"
                  version = "{{version}}"
                }

                output "greeting" {
                  value = module.vpc.greeting
                }
                """);
            string trust = $"export SSL_CERT_FILE='{mirror.AuthorityPath}'";
            (await project.PasteAndRunAsync(trust, "init", "-no-color")).AssertSuccess();
            var plan = (await project.PasteAndRunAsync(trust, "plan", "-no-color")).AssertSuccess();
            Assert.Contains($"greeting = \"vpc {version}\"", plan.Output, StringComparison.Ordinal);
            project.ForgetModules();
        }
    }

    private static async Task DeliverAsync(MirrorProcess mirror, JsonElement hook, string reference)
    {
        string path = new Uri(hook.GetProperty("source").GetProperty("webhookUrl").GetString()!).AbsolutePath;
        using var request = ForgeDelivery.Of(
            ForgeKind.GitHub, path, "push", ForgeDelivery.Push(reference), hook.GetProperty("secret").GetString());
        using var answer = await mirror.Client.SendAsync(request);
        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
    }

    private static async Task<(string? LastTag, int Pending, string? Problem)> StateAsync(MirrorProcess mirror)
    {
        var list = (await mirror.RunCommandAsync("module-source", "list", "--json")).AssertSuccess();
        var source = JsonDocument.Parse(list.Output).RootElement.GetProperty("items")[0];
        return (
            source.GetProperty("lastTag").GetString(),
            source.GetProperty("pendingTags").GetArrayLength(),
            source.GetProperty("lastProblem").GetString());
    }

    private static string Greeting(string version) => $$"""
        output "greeting" {
          value = "vpc {{version}}"
        }
        """;
}
