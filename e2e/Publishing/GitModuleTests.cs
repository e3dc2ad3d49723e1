using Mirror.E2E.Processes;
using Mirror.E2E.Terraform;
using Mirror.Tests.Origin;
using Mirror.Tests.Origin.Git;

namespace Mirror.E2E.Publishing;

/// <summary><c>terraform init</c> of modules whose registry refers to Git repositories.</summary>
public sealed class GitModuleTests
{
    [RequiresToolFact("terraform", "git")]
    public async Task Init_OfModulesInGit_InstallsThemColdAndWithEverythingElseStopped()
    {
        using var certificate = OriginCertificate.Create();
        using var directory = new TemporaryDirectory();
        string authorities = directory.Combine("git.pem");
        await File.WriteAllTextAsync(authorities, certificate.ExportCertificatePem());
        await using var git = await GitServer.StartAsync(certificate);
        var outer = git.Add("example/outer.git");
        outer.Write("modules/greeting/main.tf", Greeting);
        outer.Write("modules/local/main.tf", FakeModule.Source("local"));
        File.CreateSymbolicLink(outer.PathOf("modules/greeting/linked.tf"), "../../linked.tf");
        outer.Commit(("linked.tf", "output \"linked\" {\n  value = \"linked\"\n}\n"));
        outer.Tag("v1.0.0", annotated: true);
        var inner = git.Add("example/inner.git");
        string commit = inner.Commit(("main.tf", FakeModule.Source("inner")));
        await using var origin = FakeOrigin.Start();
        origin.AddModule("example/greeting/null").AddVersion(
            "1.0.0", version => version.Address = $"git::{git.UrlOf(outer)}//modules/greeting?ref=v1.0.0");
        origin.AddModule("example/inner/null").AddVersion("2.0.0", version => version.Address = $"git::{git.UrlOf(inner)}?ref={commit}");
        await using var mirror = await MirrorProcess.StartBeforeAsync(
            origin.ProvidersUrl,
            "--Mirror:Upstream:Hosts:1:Name=git.example.com",
            $"--Mirror:Upstream:Hosts:1:GitUrl={git.Url}",
            $"--Mirror:Upstream:AuthoritiesPath={authorities}");
        using var project = new TerraformProject();
        string pasted = HostBlock.For(mirror) + "\n" + Configuration;

        await InstallAsync(project, pasted);
        Assert.Contains(git.Requests, request => request.Method == "POST");

        await mirror.WhenFillsEndedAsync();
        await git.DisposeAsync();
        await origin.StopAsync();
        project.ForgetModules();
        await InstallAsync(project, pasted);
    }

    private static async Task InstallAsync(TerraformProject project, string pasted)
    {
        (await project.PasteAndRunAsync(pasted, "init", "-no-color")).AssertSuccess();
        var plan = (await project.PasteAndRunAsync(pasted, "plan", "-no-color")).AssertSuccess();
        Assert.Contains("all = \"inner local linked\"", plan.Output, StringComparison.Ordinal);
    }

    private const string Greeting =
        """
        module "inner" {
          source  = "registry.example.com/example/inner/null"
          version = "~> 2.0"
        }

        module "local" {
          source = "../local"
        }

        output "all" {
          value = "${module.inner.version} ${module.local.version}"
        }
        """;

    private const string Configuration =
        """
        cat > main.tf <<'EOF'
        module "greeting" {
          source  = "registry.example.com/example/greeting/null"
          version = "~> 1.0"
        }

        output "all" {
          value = "${module.greeting.all} ${module.greeting.linked}"
        }
        EOF
        """;
}
