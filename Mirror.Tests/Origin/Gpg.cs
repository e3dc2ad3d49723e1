using System.Diagnostics;

namespace Mirror.Tests.Origin;

/// <summary>GnuPG's own judgement of a detached signature, with a keyring of its own that goes with this object.</summary>
public sealed class Gpg : IDisposable
{
    private readonly string _home = Directory.CreateTempSubdirectory("mirror-gpg-").FullName;

    /// <summary>What <c>gpg --verify</c> says; <c>Accepted</c> is its exit code 0.</summary>
    public async Task<(bool Accepted, string Output)> VerifyAsync(string armoredKey, byte[] content, byte[] signature)
    {
        string key = await WriteAsync("key.asc", System.Text.Encoding.ASCII.GetBytes(armoredKey));
        string file = await WriteAsync("content", content), detached = await WriteAsync("content.sig", signature);
        var (imported, output) = await RunAsync("--import", key);
        return imported ? await RunAsync("--verify", detached, file) : (false, output);
    }

    public void Dispose() => Directory.Delete(_home, recursive: true);

    private async Task<string> WriteAsync(string name, byte[] content)
    {
        string path = Path.Combine(_home, name);
        await File.WriteAllBytesAsync(path, content);
        return path;
    }

    private async Task<(bool Succeeded, string Output)> RunAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo("gpg", ["--homedir", _home, "--batch", "--no-autostart", "--no-tty", "--trust-model", "always", .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        string[] output = await Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return (process.ExitCode == 0, string.Concat(output));
    }
}
