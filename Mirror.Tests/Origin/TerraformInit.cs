using System.Diagnostics;
using Xunit;

namespace Mirror.Tests.Origin;

/// <summary>The real <c>terraform init</c> in its own directory, directly with an origin registry.</summary>
internal sealed class TerraformInit : IDisposable
{
    /// <summary>The project's directory.</summary>
    public string Directory { get; } = System.IO.Directory.CreateTempSubdirectory("mirror-init-").FullName;

    /// <summary>Installs the newest versions of these providers of registry.example.com. Returns the output, or fails with it.</summary>
    /// <param name="providersUrl">The URL of the host's <c>providers.v1</c>.</param>
    /// <param name="certificatePem">A certificate to trust.</param>
    /// <param name="providers">Each <c>namespace/type</c>, optionally with a space and a version constraint.</param>
    public async Task<string> RunAsync(string providersUrl, string? certificatePem, params string[] providers)
    {
        string config = await WriteAsync("cli.tfrc",
            $$"""
            host "registry.example.com" {
              services = { "providers.v1" = "{{providersUrl}}" }
            }
            """);
        await WriteAsync("main.tf", $"terraform {{\n  required_providers {{\n{string.Concat(providers.Select(Requirement))}  }}\n}}\n");
        var start = new ProcessStartInfo("terraform", ["init", "-no-color"])
        {
            WorkingDirectory = Directory,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["TF_CLI_CONFIG_FILE"] = config;
        start.Environment["CHECKPOINT_DISABLE"] = "1";
        if (certificatePem is not null)
        {
            start.Environment["SSL_CERT_FILE"] = await WriteAsync("trusted.pem", certificatePem);
        }

        using var process = Process.Start(start)!;
        string[] output = await Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        string text = string.Concat(output);
        Assert.True(process.ExitCode == 0, text);
        return text;
    }

    public void Dispose() => System.IO.Directory.Delete(Directory, recursive: true);

    private static string Requirement(string provider)
    {
        string[] parts = provider.Split(' ', 2);
        string version = parts.Length == 2 ? $", version = \"{parts[1]}\"" : "";
        return $"    {parts[0].Split('/')[1]} = {{ source = \"registry.example.com/{parts[0]}\"{version} }}\n";
    }

    private async Task<string> WriteAsync(string name, string text)
    {
        string path = Path.Combine(Directory, name);
        await File.WriteAllTextAsync(path, text);
        return path;
    }
}
