using Mirror.E2E.Processes;
using Mirror.E2E.Terraform;
using Mirror.Tests.Origin;

namespace Mirror.E2E.Exporting;

/// <summary>The transfer from an instance with internet access to one without.</summary>
public sealed class AirGapTests
{
    private const string Hello = "registry.example.com/example/hello";

    [RequiresToolFact("terraform")]
    public async Task Bundle_ImportedWithoutInternetAccess_InstallsAndShowsItsPublisher()
    {
        using var carried = new TemporaryDirectory();
        string bundle = carried.Combine("providers.tar");
        await ExportAsync(bundle);
        await using var mirror = await MirrorProcess.StartAsync("--Mirror:Upstream:Mode=Offline");

        var import = (await mirror.RunCommandAsync("import", bundle)).AssertSuccess();

        Assert.EndsWith("Imported 4, unchanged 0, failed 0.\n", import.Output, StringComparison.Ordinal);
        using var project = new TerraformProject(Hello);
        var init = (await project.PasteAndRunAsync(NetworkMirror.For(mirror), "init", "-no-color")).AssertSuccess();
        Assert.Contains($"- Installed {Hello} v2.0.0 (verified checksum)", init.Output, StringComparison.Ordinal);
        string page = await mirror.Client.GetStringAsync($"/groups/default/-/provider-mirrors/{Hello}/2.0.0?tab=trust");
        Assert.Contains("Every package matches signed checksums", page, StringComparison.Ordinal);
        Assert.Contains(TestKeys.Publisher.KeyId[..4], page, StringComparison.Ordinal);
        Assert.Contains("Signed by", page, StringComparison.Ordinal);
    }

    [RequiresToolFact("terraform")]
    public async Task Directory_Exported_IsAFilesystemMirrorForTerraform()
    {
        using var carried = new TemporaryDirectory();
        string directory = carried.Combine("mirror");
        await ExportAsync(directory);
        using var project = new TerraformProject(Hello);

        var init = (await project.PasteAndRunAsync(
            $$"""
            cat > files.tfrc <<'EOF'
            provider_installation {
              filesystem_mirror {
                path = "{{directory}}"
              }
            }
            EOF
            export TF_CLI_CONFIG_FILE="$PWD/files.tfrc"
            """,
            "init", "-no-color")).AssertSuccess();

        Assert.Contains($"- Installed {Hello} v2.0.0", init.Output, StringComparison.Ordinal);
    }

    private static async Task ExportAsync(string target)
    {
        await using var origin = FakeOrigin.Start();
        origin.AddProvider("example/hello").AddVersions("1.0.0", "2.0.0");
        await using var mirror = await MirrorProcess.StartBeforeAsync(origin.ProvidersUrl);
        (await mirror.RunCommandAsync("sync", Hello)).AssertSuccess();
        (await mirror.RunCommandAsync("export", target)).AssertSuccess();
    }
}
