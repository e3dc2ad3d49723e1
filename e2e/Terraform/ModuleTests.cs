using Mirror.E2E.Processes;
using Mirror.Tests.Origin;

namespace Mirror.E2E.Terraform;

/// <summary><c>terraform init</c> of modules through a <c>host</c> block for the mirror.</summary>
public sealed class ModuleTests
{
    private const string Greeting = "registry.example.com/example/greeting/null";

    [RequiresToolFact("terraform")]
    public Task Init_OfAModule_InstallsItColdAndWithTheOriginStopped() => CheckAsync(_ => { });

    [RequiresToolFact("terraform")]
    public Task Init_OfAModuleInASubdirectory_InstallsIt() => CheckAsync(version =>
    {
        version.FileName = "v1.tar.gz";
        version.Suffix = "//greeting-1.0.0/modules/inner?archive=tar.gz";
        version.Archive = FakeModuleVersion.TarGz(
            ("greeting-1.0.0/main.tf", FakeModule.Source("outer")), ("greeting-1.0.0/modules/inner/main.tf", FakeModule.Source("1.0.0")));
    });

    [RequiresToolFact("terraform")]
    public Task Init_OfAModuleWithoutAnonymousRead_InstallsItWithTheToken() =>
        CheckAsync(_ => { }, "--Mirror:Auth:AnonymousRead=false", "--Mirror:Auth:AdminToken=end-to-end-tests");

    private static async Task CheckAsync(Action<FakeModuleVersion> setUp, params string[] arguments)
    {
        await using var origin = FakeOrigin.Start();
        origin.AddModule("example/greeting/null").AddVersion("0.9.0").AddVersion("1.0.0", setUp);
        await using var mirror = await MirrorProcess.StartBeforeAsync(origin.ProvidersUrl, arguments);
        using var project = new TerraformProject();
        string pasted = HostBlock.For(mirror) + "\nexport TF_TOKEN_registry_example_com=end-to-end-tests\n" + Configuration;

        await InstallAsync(project, pasted);
        Assert.Equal(1, origin.Count(RequestKind.ModuleArchive));
        origin.AssertNoViolations();

        await mirror.WhenFillsEndedAsync();
        await origin.StopAsync();
        project.ForgetModules();
        await InstallAsync(project, pasted);
    }

    /// <summary>Installs the module, and lets Terraform evaluate its output.</summary>
    private static async Task InstallAsync(TerraformProject project, string pasted)
    {
        var init = (await project.PasteAndRunAsync(pasted, "init", "-no-color")).AssertSuccess();
        Assert.Contains($"Downloading {Greeting} 1.0.0 for greeting...", init.Output, StringComparison.Ordinal);
        var plan = (await project.PasteAndRunAsync(pasted, "plan", "-no-color")).AssertSuccess();
        Assert.Contains("version = \"1.0.0\"", plan.Output, StringComparison.Ordinal);
    }

    private const string Configuration =
        $$"""
        cat > main.tf <<'EOF'
        module "greeting" {
          source  = "{{Greeting}}"
          version = "~> 1.0"
        }

        output "version" {
          value = module.greeting.version
        }
        EOF
        """;
}
