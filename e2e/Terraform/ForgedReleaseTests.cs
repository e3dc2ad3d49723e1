using Mirror.E2E.Processes;
using Mirror.Tests.Origin;

namespace Mirror.E2E.Terraform;

/// <summary>
/// An origin whose release does not match its publisher's signature: Terraform must not receive it, and the operator must see the reason.
/// </summary>
public sealed class ForgedReleaseTests
{
    private const string Hello = "registry.example.com/example/hello";

    [RequiresToolFact("terraform")]
    public Task Init_WithOneChangedByteInThePackage_FailsAndStoresNothing() => AssertRefusedAsync(
        origin => origin.Misbehave(RequestKind.Package, Fault.Flip(40)),
        $"{Hello} 1.0.0 linux_amd64", "SHA-256");

    [RequiresToolFact("terraform")]
    public Task Init_WithSha256SumsThatDoNotMatchTheSignature_FailsAndStoresNothing() => AssertRefusedAsync(
        origin => origin.Provider("example/hello")["1.0.0"].SumsAfterSigning(
            sums => [(byte)(sums[0] == '0' ? '1' : '0'), .. sums.AsSpan(1)]),
        $"{Hello} 1.0.0", "signature");

    [RequiresToolFact("terraform")]
    public Task Init_WithAnUnknownSigningKey_FailsAndStoresNothing() => AssertRefusedAsync(
        origin => origin.Provider("example/hello")["1.0.0"].SignedBy(TestKeys.Other).OfferKeys(TestKeys.Publisher),
        $"{Hello} 1.0.0", "key");

    private static async Task AssertRefusedAsync(Action<FakeOrigin> forge, string package, string check)
    {
        await using var origin = FakeOrigin.Start();
        origin.AddProvider("example/hello").AddVersion("1.0.0");
        forge(origin);
        await using var mirror = await MirrorProcess.StartBeforeAsync(origin.ProvidersUrl);
        using var project = new TerraformProject(Hello);

        var run = await project.PasteAndRunAsync(NetworkMirror.For(mirror), "init", "-no-color");

        run.AssertFailure();
        Assert.False(project.Has(".terraform.lock.hcl"), run.Text);
        Assert.False(project.Has(".terraform/providers/registry.example.com"), run.Text);
        await mirror.WhenLogged("Quarantined");
        await mirror.StopAsync();
        Assert.Empty(mirror.StoredFiles());
        string refusal = mirror.Log.Split('\n').First(line => line.Contains("Quarantined", StringComparison.Ordinal));
        Assert.Contains(package, refusal, StringComparison.Ordinal);
        Assert.Contains(check, refusal, StringComparison.Ordinal);
    }
}
