using System.Diagnostics;
using Mirror.E2E.Processes;

namespace Mirror.E2E.Publishing;

/// <summary>A publisher's key in the real gpg, in a separate keyring.</summary>
internal sealed class Gpg : IDisposable
{
    private readonly TemporaryDirectory _home = new();

    private Gpg()
    {
    }

    public string Fingerprint { get; private set; } = "";

    /// <summary>The file with the public key.</summary>
    public string PublicKeyPath => _home.Combine("key.asc");

    public static async Task<Gpg> CreateAsync()
    {
        var gpg = new Gpg();
        try
        {
            await gpg.RunAsync("--quick-generate-key", "Acme <releases@acme.example>", "rsa2048", "sign", "never");
            var list = await gpg.RunAsync("--list-keys", "--with-colons");
            gpg.Fingerprint = list.Output.Split('\n').First(line => line.StartsWith("fpr:", StringComparison.Ordinal)).Split(':')[9];
            await gpg.RunAsync("--armor", "--output", gpg.PublicKeyPath, "--export");
            return gpg;
        }
        catch
        {
            gpg.Dispose();
            throw;
        }
    }

    /// <summary>Writes a binary detached signature next to the file.</summary>
    public Task SignAsync(string path) => RunAsync("--detach-sign", "--output", path + ".sig", path);

    public void Dispose()
    {
        // The agent would otherwise outlive the test.
        using (var agent = Process.Start(Start("gpgconf", "--kill", "all")))
        {
            agent?.WaitForExit();
        }

        _home.Dispose();
    }

    private async Task<ProgramRun> RunAsync(params string[] arguments) =>
        (await ProgramRun.RunAsync(Start("gpg", ["--batch", "--yes", "--passphrase", "", "--pinentry-mode", "loopback", .. arguments]))).AssertSuccess();

    private ProcessStartInfo Start(string program, params string[] arguments) =>
        new(program, arguments) { Environment = { ["GNUPGHOME"] = _home.Path } };
}
