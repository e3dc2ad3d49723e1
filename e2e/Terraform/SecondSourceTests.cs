using System.Net.Http.Headers;
using System.Net.Http.Json;
using Mirror.E2E.Processes;
using Mirror.Tests.Origin;

namespace Mirror.E2E.Terraform;

/// <summary>
/// The mirror with a second source for the same provider. Terraform uses the second source if the mirror reports that it does not have the
/// version, but not if the mirror rejects the version or fails.
/// </summary>
public sealed class SecondSourceTests
{
    private const string Hello = "registry.example.com/example/hello";

    [RequiresToolFact("terraform")]
    public async Task Init_OfAProviderTheMirrorMayNotServe_InstallsFromTheOtherSourceEvenIfLocked()
    {
        await using var origin = StartOrigin();
        await using var mirror = await MirrorProcess.StartBeforeAsync(origin.ProvidersUrl, "--Mirror:Upstream:Mode=Offline");
        using var other = new FilesystemMirror(origin);
        using var project = new TerraformProject(Hello);

        var first = await project.PasteAndRunAsync(Configuration(mirror, other), "init", "-no-color");
        var locked = await project.PasteAndRunAsync(Configuration(mirror, other), "init", "-no-color", "-lockfile=readonly");

        Assert.Contains($"- Installed {Hello} v2.0.0", first.AssertSuccess().Output, StringComparison.Ordinal);
        locked.AssertSuccess();
        Assert.Empty(origin.Requests);
    }

    [RequiresToolFact("terraform")]
    public async Task Init_OfAProviderHiddenByPolicy_FailsDespiteTheOtherSource()
    {
        await using var origin = StartOrigin();
        await using var mirror = await MirrorProcess.StartBeforeAsync(origin.ProvidersUrl);
        using var other = new FilesystemMirror(origin);
        using var project = new TerraformProject(Hello);
        using var rule = new HttpRequestMessage(
            HttpMethod.Post,
            new Uri(
                mirror.Url,
                "/api/v1/groups/default/policy/rules"))
        { Content = JsonContent.Create(new { kind = "deny", provider = Hello }) };
        rule.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await mirror.ReadAdminTokenAsync());
        (await mirror.Client.SendAsync(rule)).EnsureSuccessStatusCode().Dispose();

        var run = await project.PasteAndRunAsync(Configuration(mirror, other), "init", "-no-color");

        run.AssertFailure();
        Assert.Contains("451", run.Text, StringComparison.Ordinal);
    }

    [RequiresToolFact("terraform")]
    public async Task Init_WithTheOriginDown_FailsDespiteTheOtherSource()
    {
        await using var origin = StartOrigin();
        await using var mirror = await MirrorProcess.StartBeforeAsync(origin.ProvidersUrl);
        using var other = new FilesystemMirror(origin);
        using var project = new TerraformProject(Hello);
        await origin.StopAsync();

        var run = await project.PasteAndRunAsync(Configuration(mirror, other), "init", "-no-color");

        run.AssertFailure();
        Assert.Contains("503", run.Text, StringComparison.Ordinal);
    }

    private static FakeOrigin StartOrigin()
    {
        var origin = FakeOrigin.Start();
        origin.AddProvider("example/hello").AddVersions("1.0.0", "2.0.0");
        return origin;
    }

    private static string Configuration(MirrorProcess mirror, FilesystemMirror other) => $$"""
        export SSL_CERT_FILE='{{mirror.AuthorityPath}}'
        export TF_CLI_CONFIG_FILE="$HOME/both.tfrc"
        cat > "$TF_CLI_CONFIG_FILE" <<'EOF'
        provider_installation {
          network_mirror { url = "{{mirror.HttpsUrl}}v1/mirror/" }
          filesystem_mirror { path = "{{other.Path}}" }
        }
        EOF
        """;

    /// <summary>The packed layout, with version 2.0.0.</summary>
    private sealed class FilesystemMirror : IDisposable
    {
        private readonly TemporaryDirectory _directory = new();

        public FilesystemMirror(FakeOrigin origin)
        {
            string directory = Directory.CreateDirectory(_directory.Combine(Hello)).FullName;
            File.WriteAllBytes(
                System.IO.Path.Combine(directory, "terraform-provider-hello_2.0.0_linux_amd64.zip"),
                origin.Provider("example/hello")["2.0.0"].Package("linux_amd64").Content);
        }

        public string Path => _directory.Path;

        public void Dispose() => _directory.Dispose();
    }
}
