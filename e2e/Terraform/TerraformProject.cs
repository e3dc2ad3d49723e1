using System.Diagnostics;
using Mirror.E2E.Processes;

namespace Mirror.E2E.Terraform;

/// <summary>
/// A Terraform configuration in a temporary directory, and a shell there that knows nothing of this machine's Terraform:
/// no plugin cache, no configuration, an empty home directory.
/// </summary>
public sealed class TerraformProject : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly TemporaryDirectory _home = new();

    /// <summary>An empty directory.</summary>
    public TerraformProject()
    {
    }

    /// <param name="providers">Source addresses, each optionally with a space and a version constraint.</param>
    public TerraformProject(params string[] providers) => File.WriteAllText(
        _directory.Combine("main.tf"),
        $"terraform {{\n  required_providers {{\n{string.Concat(providers.Select(Requirement))}  }}\n}}\n");

    public string Path => _directory.Path;

    public string LockFile => File.ReadAllText(LockFilePath);

    private string LockFilePath => _directory.Combine(".terraform.lock.hcl");

    /// <summary>Pastes into a shell and runs <c>terraform</c> there, as the server's banner says.</summary>
    /// <param name="pasted">Shell commands, word for word as they were printed.</param>
    /// <param name="arguments">Of terraform.</param>
    public Task<ProgramRun> PasteAndRunAsync(string pasted, params string[] arguments) =>
        RunAsync($"{pasted}\nexec terraform \"$@\"", arguments);

    /// <summary>Pastes into a shell, and no more.</summary>
    public Task<ProgramRun> PasteAsync(string pasted) => RunAsync(pasted);

    /// <summary>As on a new machine: nothing installed, nothing locked.</summary>
    public void Forget()
    {
        Directory.Delete(_directory.Combine(".terraform"), recursive: true);
        File.Delete(LockFilePath);
    }

    /// <summary>As on a new machine, where nothing was locked either.</summary>
    public void ForgetModules() => Directory.Delete(_directory.Combine(".terraform"), recursive: true);

    public bool Has(string relativePath) => System.IO.Path.Exists(_directory.Combine(relativePath));

    public void Dispose()
    {
        _directory.Dispose();
        _home.Dispose();
    }

    private Task<ProgramRun> RunAsync(string script, params string[] arguments)
    {
        var start = new ProcessStartInfo("bash", ["-e", "-c", script, "bash", .. arguments])
        {
            WorkingDirectory = _directory.Path,
        };
        start.Environment.Clear();
        start.Environment["PATH"] = Environment.GetEnvironmentVariable("PATH");
        start.Environment["HOME"] = _home.Path;
        start.Environment["TMPDIR"] = _home.Path;
        start.Environment["CHECKPOINT_DISABLE"] = "1";
        return ProgramRun.RunAsync(start);
    }

    private static string Requirement(string provider)
    {
        string[] parts = provider.Split(' ', 2);
        string version = parts.Length == 2 ? $", version = \"{parts[1]}\"" : "";
        return $"    {parts[0].Split('/')[^1]} = {{ source = \"{parts[0]}\"{version} }}\n";
    }
}
