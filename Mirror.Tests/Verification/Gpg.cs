using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Mirror.Tests.Verification;

/// <summary>GnuPG with its own home directory, to create real keys and signatures, and to check ours. Disposing stops its agent.</summary>
public sealed class Gpg : IDisposable
{
    // The path must be short, because the path of the agent's socket has a length limit.
    private readonly string _home = Directory.CreateTempSubdirectory("gpg-").FullName;
    private int _file;

    public void Dispose()
    {
        Start("gpgconf", ["--homedir", _home, "--kill", "all"], null);
        Directory.Delete(_home, recursive: true);
    }

    /// <summary>Creates a key without a passphrase.</summary>
    /// <returns>Its fingerprint.</returns>
    public string MakeKey(string owner, string algorithm, string usage = "sign,cert", string expires = "never", string? now = null)
    {
        Run([.. At(now), "--quick-gen-key", owner, algorithm, usage, expires]);
        return Fingerprints(owner)[0];
    }

    /// <summary>Adds a subkey.</summary>
    /// <returns>Its fingerprint.</returns>
    public string AddSubkey(string fingerprint, string algorithm, string usage = "sign", string expires = "never", string? now = null)
    {
        Run([.. At(now), "--quick-add-key", fingerprint, algorithm, usage, expires]);
        return Fingerprints(fingerprint)[^1];
    }

    public string Export(params string[] fingerprints) =>
        Run(["--armor", "--export", .. fingerprints]).Text;

    public string ExportSecret(string fingerprint) => Run(["--armor", "--export-secret-keys", fingerprint]).Text;

    /// <summary>Creates a detached signature. The user is a fingerprint, with <c>!</c> for exactly that key.</summary>
    public byte[] Sign(byte[] document, string user, params string[] options)
    {
        string name = Write($"document-{_file++}", document);
        Run([.. options, "--local-user", user, "--output", name + ".sig", "--detach-sign", name]);
        return File.ReadAllBytes(name + ".sig");
    }

    /// <summary>The output of <c>gpg --verify</c> for a detached signature; <c>Accepted</c> means exit code 0.</summary>
    public (bool Accepted, string Output) Verify(string armoredKey, byte[] document, byte[] signature)
    {
        string key = Write("key.asc", Encoding.ASCII.GetBytes(armoredKey));
        string file = Write("signed", document), detached = Write("signed.sig", signature);
        string[] common = ["--homedir", _home, "--batch", "--no-autostart", "--no-tty", "--trust-model", "always"];
        var imported = Start("gpg", [.. common, "--import", key], null);
        var judged = imported.ExitCode == 0 ? Start("gpg", [.. common, "--verify", detached, file], null) : imported;
        return (judged.ExitCode == 0, judged.Text + judged.Errors);
    }

    /// <summary>When each key of a block expires, and each of their subkeys, as <c>gpg --list-keys</c> shows it; null for never.</summary>
    /// <param name="now">Such as 20260101T000000.</param>
    public IReadOnlyList<(bool IsSubkey, DateTimeOffset? Expires)> ListExpiry(byte[] keys, string now)
    {
        string file = Write("listed.gpg", keys);
        return [.. Run([.. At(now), "--with-colons", "--import-options", "show-only", "--import", file]).Text.Split('\n')
            .Select(line => line.Split(':'))
            .Where(fields => fields[0] is "pub" or "sub")
            .Select(fields => (
                fields[0] == "sub",
                long.TryParse(fields[6], CultureInfo.InvariantCulture, out long seconds)
                    ? DateTimeOffset.FromUnixTimeSeconds(seconds)
                    : (DateTimeOffset?)null))];
    }

    /// <summary>Revokes the key with the certificate that GnuPG creates for every new key.</summary>
    public void Revoke(string fingerprint)
    {
        string certificate = File.ReadAllText(Path.Combine(_home, "openpgp-revocs.d", fingerprint + ".rev"));
        string name = Path.Combine(_home, "revocation");
        File.WriteAllText(name, certificate.Replace(":-----BEGIN", "-----BEGIN", StringComparison.Ordinal));
        Run(["--import", name]);
    }

    public void RevokeFirstSubkey(string fingerprint) =>
        Run(["--command-fd", "0", "--edit-key", fingerprint], "key 1\nrevkey\ny\n0\n\ny\nsave\n");

    private string Write(string name, byte[] content)
    {
        string path = Path.Combine(_home, name);
        File.WriteAllBytes(path, content);
        return path;
    }

    /// <summary>The clock does not advance (the "!"), because gpg can need more than a second on a busy machine.</summary>
    private static string[] At(string? now) => now is null ? [] : ["--faked-system-time", now + "!"];

    private List<string> Fingerprints(string owner) =>
        [.. Run(["--with-colons", "--list-keys", owner]).Text.Split('\n')
            .Where(line => line.StartsWith("fpr:", StringComparison.Ordinal))
            .Select(line => line.Split(':')[9])];

    private (string Text, string Errors) Run(string[] arguments, string? input = null)
    {
        string[] common = ["--homedir", _home, "--no-tty", "--quiet", "--yes", "--pinentry-mode", "loopback", "--passphrase", ""];
        string[] batch = input is null ? ["--batch"] : [];
        var (exitCode, text, errors) = Start("gpg", [.. common, .. batch, .. arguments], input);
        return exitCode == 0
            ? (text, errors)
            : throw new InvalidOperationException($"gpg {string.Join(' ', arguments)} ended with {exitCode}: {errors}");
    }

    private static (int ExitCode, string Text, string Errors) Start(string program, string[] arguments, string? input)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        Process process;
        try
        {
            process = Process.Start(start)!;
        }
        catch (Win32Exception exception)
        {
            throw new InvalidOperationException(
                $"This test needs '{program}' (GnuPG), which is not installed: {exception.Message}", exception);
        }

        using (process)
        {
            process.StandardInput.Write(input ?? "");
            process.StandardInput.Close();
            var errors = process.StandardError.ReadToEndAsync();
            string text = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return (process.ExitCode, text, errors.Result);
        }
    }
}
