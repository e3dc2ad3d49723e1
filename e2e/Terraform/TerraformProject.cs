using System.Diagnostics;
using Mirror.E2E.Processes;

namespace Mirror.E2E.Terraform;

/// <summary>
/// A Terraform configuration in a temporary directory, and a shell that does not use Terraform's files on this machine: no plugin cache, no
/// configuration, an empty home directory.
/// </summary>
public sealed class TerraformProject : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly TemporaryDirectory _home = new();

    /// <summary>Creates an empty directory.</summary>
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

    /// <summary>Runs commands and <c>terraform</c> in a shell, like a user who follows the server's banner.</summary>
    /// <param name="pasted">The exact shell commands that were printed.</param>
    /// <param name="arguments">The arguments of terraform.</param>
    public Task<ProgramRun> PasteAndRunAsync(string pasted, params string[] arguments) =>
        RunAsync($"{pasted}\nexec terraform \"$@\"", arguments);

    /// <summary>Runs only the commands in a shell.</summary>
    public Task<ProgramRun> PasteAsync(string pasted) => RunAsync(pasted);

    /// <summary>Removes what was installed and locked, like on a new machine.</summary>
    public void Forget()
    {
        Directory.Delete(_directory.Combine(".terraform"), recursive: true);
        File.Delete(LockFilePath);
    }

    /// <summary>Removes installed modules, like on a new machine. Modules are not locked.</summary>
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
