using Mirror.Core.Jobs;
using Mirror.Web.Features.Jobs;
using Xunit;

namespace Mirror.Tests.Features.Jobs;

/// <summary>The CLI configuration of a run: its source file and the result.</summary>
public sealed class CliConfigurationTests : IDisposable
{
    private readonly DirectoryInfo _home = Directory.CreateTempSubdirectory("mirror-tests-");

    public void Dispose() => _home.Delete(recursive: true);

    [Fact]
    public void Compose_WithoutUserSettings_RoutesEverythingToTheMirror()
    {
        var configuration = Compose(new Dictionary<string, string>());

        Assert.Equal(
            """
            host "registry.terraform.io" {
              services = {
                "providers.v1" = "https://mirror.example.com:8443/v1/registries/registry.terraform.io/providers/"
                "modules.v1"   = "https://mirror.example.com:8443/v1/registries/registry.terraform.io/modules/"
              }
            }
            credentials "registry.terraform.io" {
              token = "job-token"
            }
            credentials "mirror.example.com:8443" {
              token = "job-token"
            }
            provider_installation {
              direct {
                include = ["registry.terraform.io/*/*"]
              }
              network_mirror {
                url = "https://mirror.example.com:8443/v1/mirror/"
                exclude = ["registry.terraform.io/*/*"]
              }
            }

            """.ReplaceLineEndings("\n"),
            configuration.Text);
        Assert.Empty(configuration.SetAside);
        Assert.Empty(configuration.Tokens);
    }

    /// <summary>Whether or not the mirror's URLs have the same name.</summary>
    [Theory]
    [InlineData("mirror.example.com:8443")]
    [InlineData("registry.acme.example")]
    public void Compose_WithAnOwnHostname_AsksTheRegistryItself(string own)
    {
        string text = CliConfiguration.Compose(Read(ClientTool.Terraform, []), Job with { OwnHostname = own }).Text;

        Assert.Contains($"credentials \"{own}\" {{\n  token = \"job-token\"\n}}", text, StringComparison.Ordinal);
        Assert.Contains($"include = [\"registry.terraform.io/*/*\", \"{own}/*/*\"]", text, StringComparison.Ordinal);
        Assert.Contains($"exclude = [\"registry.terraform.io/*/*\", \"{own}/*/*\"]", text, StringComparison.Ordinal);
        Assert.DoesNotContain($"host \"{own}\"", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Compose_WithUserSettings_KeepsAllThatDoNotBypassTheMirror()
    {
        Write(".terraformrc", """
            # For all users.
            plugin_cache_dir = "$HOME/.terraform.d/plugin-cache" /* } */
            disable_checkpoint=true
            provider_installation {
              direct {}
            }
            host "app.example.com" { services = { "modules.v1" = "https://app.example.com/a}b/" } }
            host "Registry.Terraform.IO" {
              services = {}
            }
            credentials "app.example.com" { token = "app \" } token" }
            credentials "registry.terraform.io" {
              token = "real"
            }
            credentials_helper "example" {
              args = ["--a", <<EOF
            }
            EOF
              ]
            }
            """);

        var configuration = Compose(
            new Dictionary<string, string> { ["TF_TOKEN_registry_terraform_io"] = "real", ["TF_TOKEN_app_example_com"] = "other" });

        string file = Path.Combine(_home.FullName, ".terraformrc");
        Assert.Equal(
            [
                $"Ignoring provider_installation of {file} for this run.",
                $"Ignoring host \"Registry.Terraform.IO\" of {file} for this run.",
                $"Ignoring credentials \"registry.terraform.io\" of {file} for this run.",
            ],
            configuration.SetAside);
        Assert.StartsWith("""
            plugin_cache_dir = "$HOME/.terraform.d/plugin-cache"
            disable_checkpoint=true
            host "app.example.com" { services = { "modules.v1" = "https://app.example.com/a}b/" } }
            credentials "app.example.com" { token = "app \" } token" }
            credentials_helper "example" {
              args = ["--a", <<EOF
            }
            EOF
              ]
            }
            host "registry.terraform.io" {
            """.ReplaceLineEndings("\n"), configuration.Text, StringComparison.Ordinal);
        Assert.Equal(new Dictionary<string, string> { ["TF_TOKEN_registry_terraform_io"] = "job-token" }, configuration.Tokens);
        Assert.DoesNotContain("real", configuration.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Compose_WithTerraformLoginCredentials_KeepsTheirTokens()
    {
        Write(".terraform.d/credentials.tfrc.json", """{ "credentials": { "app.terraform.io": { "token": "a+b\"c" }, "registry.terraform.io": { "token": "real" } } }""");

        var configuration = Compose(new Dictionary<string, string>());

        Assert.StartsWith(
            "credentials \"app.terraform.io\" {\n\"token\" = \"a+b\\\"c\"\n}\n", configuration.Text, StringComparison.Ordinal);
        Assert.Single(configuration.SetAside);
    }

    [Fact]
    public void Compose_WithoutProviderInstallation_KeepsTheImpliedPluginDirectories()
    {
        Directory.CreateDirectory(Path.Combine(_home.FullName, ".terraform.d", "plugins"));

        string implied = Compose(new Dictionary<string, string>()).Text;
        Write(".terraformrc", "provider_installation {\n direct {}\n}");
        string explicitly = Compose(new Dictionary<string, string>()).Text;

        Assert.Contains($"filesystem_mirror {{\n    path = \"{_home.FullName}/.terraform.d/plugins\"", implied, StringComparison.Ordinal);
        Assert.DoesNotContain("filesystem_mirror", explicitly, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, ".terraformrc")]
    [InlineData(1, ".tofurc")]
    public void Read_OfEachTool_FindsItsOwnFile(int tool, string expected)
    {
        Write(".terraformrc", "a = 1");
        Write(".tofurc", "b = 1");

        Assert.Equal(
            Path.Combine(_home.FullName, expected), Assert.Single(Read((ClientTool)tool, new Dictionary<string, string>()).Files).Path);
    }

    [Fact]
    public void Read_OfAFileNamedInTheEnvironment_ReadsNoOther()
    {
        Write(".terraformrc", "a = 1");
        Write(".terraform.d/credentials.tfrc.json", "{}");
        Write("mine.hcl", "b = 1");

        var files = Read(ClientTool.Terraform, new Dictionary<string, string> { ["TF_CLI_CONFIG_FILE"] = "mine.hcl" }).Files;

        Assert.Equal(Path.Combine(_home.FullName, "mine.hcl"), Assert.Single(files).Path);
    }

    [Theory]
    [InlineData("host \"a\" {\n services = {\n", "line 1: '{' is not closed")]
    [InlineData("a = 1\nb = \"open\n", "line 2: a string is not closed")]
    [InlineData("a = <<EOF\nb\n", "line 1: <<EOF is not closed")]
    [InlineData("a = 1\n}", "line 2: unexpected '}'")]
    [InlineData("just", "line 1: unexpected end of file")]
    [InlineData("{ \"a\": ", "Expected")]
    public void Read_OfAMalformedFile_IgnoresItAndReportsTheReason(string text, string expected)
    {
        Write(".terraformrc", text);

        var user = Read(ClientTool.Terraform, new Dictionary<string, string>());

        Assert.Empty(user.Files);
        string fault = Assert.Single(user.Faults);
        Assert.StartsWith($"{Path.Combine(_home.FullName, ".terraformrc")} is ignored: ", fault, StringComparison.Ordinal);
        Assert.Contains(expected, fault, StringComparison.Ordinal);
    }

    private CliConfiguration Compose(Dictionary<string, string> variables) =>
        CliConfiguration.Compose(Read(ClientTool.Terraform, variables), Job);

    private static NewJob Job { get; } = new(
        7, "default/job", "default", "job-token", DateTimeOffset.UnixEpoch, new Uri("https://mirror.example.com:8443/v1/mirror/"),
        [
            new JobRegistry(
                "registry.terraform.io",
                new Uri("https://mirror.example.com:8443/v1/registries/registry.terraform.io/providers/"),
                new Uri("https://mirror.example.com:8443/v1/registries/registry.terraform.io/modules/")),
        ]);

    private UserConfiguration Read(ClientTool tool, Dictionary<string, string> variables)
    {
        // Files for all users of this machine must not affect the test.
        variables.TryAdd("XDG_DATA_DIRS", _home.FullName);
        return UserConfiguration.Read(tool, new UserEnvironment(variables, _home.FullName, _home.FullName));
    }

    private void Write(string name, string text)
    {
        string path = Path.Combine(_home.FullName, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text.ReplaceLineEndings("\n"));
    }
}
