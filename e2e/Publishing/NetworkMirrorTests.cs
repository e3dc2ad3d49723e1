using Mirror.E2E.Processes;
using Mirror.E2E.Terraform;
using Mirror.Tests.Origin;

namespace Mirror.E2E.Publishing;

/// <summary>
/// A published provider through the network mirror. Terraform asks it only for hostnames without a port, so the server has port 443, in a
/// network namespace.
/// </summary>
public sealed class NetworkMirrorTests
{
    [RequiresToolFact("terraform", "gpg", "unshare", "nsenter", "ip")]
    public async Task Init_OnPort443_InstallsThroughTheNetworkMirrorAndTheRegistry()
    {
        await using var network = await NetworkNamespace.CreateAsync();
        await using var mirror = await MirrorProcess.StartAsync(
            MirrorExecutable.Built.Through(network.Enter), "--Mirror:PublicUrl=https://localhost", "--Mirror:Listen:Https=https://127.0.0.1:443");
        using var key = await Gpg.CreateAsync();
        using var release = await Release.CreateAsync(key, "dns", "1.0.0");
        (await mirror.RunCommandAsync("registry-namespace", "create", "acme")).AssertSuccess();
        (await mirror.RunCommandAsync("signing-key", "add", "acme", key.PublicKeyPath)).AssertSuccess();
        (await mirror.RunCommandAsync("publish", "provider", release.Path, "localhost/acme/dns", "1.0.0")).AssertSuccess();
        using var project = new TerraformProject("localhost/acme/dns");
        string enter = $"\nexec {string.Join(' ', network.Enter)} terraform \"$@\"";

        var mirrored = await project.PasteAndRunAsync(
            NetworkMirror.For(new Uri("https://localhost/"), mirror.AuthorityPath) + enter, "init", "-no-color");
        string locked = project.LockFile;
        project.Forget();
        var direct = await project.PasteAndRunAsync($"export SSL_CERT_FILE='{mirror.AuthorityPath}'{enter}", "init", "-no-color");

        Assert.Contains("- Installed localhost/acme/dns v1.0.0 (verified checksum)", mirrored.AssertSuccess().Output, StringComparison.Ordinal);
        Assert.Contains("\"h1:", locked, StringComparison.Ordinal);
        Assert.Contains($"- Installed localhost/acme/dns v1.0.0 (self-signed, key ID {key.Fingerprint[^16..]})", direct.AssertSuccess().Output, StringComparison.Ordinal);
        Assert.All(release.Hashes, hash => Assert.Contains(hash, project.LockFile, StringComparison.Ordinal));
    }
}
