using System.Text;
using Mirror.Tests.Verification;
using Xunit;

namespace Mirror.Tests.Origin;

/// <summary>GnuPG checks the valid and the invalid signatures of the fake origin.</summary>
public sealed class FakeOriginSignatureTests : IAsyncLifetime, IDisposable
{
    private readonly FakeOrigin _origin = FakeOrigin.Start();
    private readonly Gpg _gpg = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _origin.DisposeAsync();

    public void Dispose() => _gpg.Dispose();

    [RequiresToolFact("gpg")]
    public void Signature_OfARelease_IsAcceptedByGpg()
    {
        var (accepted, output) = Verify(Version(version => version));

        Assert.True(accepted, output);
        Assert.Contains("Example Publisher", output, StringComparison.Ordinal);
        Assert.Contains(TestKeys.Publisher.KeyId, output, StringComparison.Ordinal);
    }

    [RequiresToolFact("gpg")]
    public void Signature_ByAnExpiredKey_IsReportedAsExpiredByGpg()
    {
        var (accepted, output) = Verify(Version(version => version.SignedBy(TestKeys.Expired)));

        Assert.True(accepted, output);
        Assert.Contains("expired", output, StringComparison.OrdinalIgnoreCase);
    }

    [RequiresToolFact("gpg")]
    public void Signature_OfSumsWithABlankLine_IsValid()
    {
        var version = Version(version => version.BlankLineInSums());

        Assert.Contains("\n\n", Encoding.UTF8.GetString(version.Sha256Sums), StringComparison.Ordinal);
        var (accepted, output) = Verify(version);
        Assert.True(accepted, output);
    }

    [RequiresToolFact("gpg")]
    public void Signature_OfTamperedSums_IsRejectedByGpg()
    {
        var (accepted, output) = Verify(Version(version => version.SumsAfterSigning(sums => [.. sums, (byte)'\n'])));

        Assert.False(accepted);
        Assert.Contains("BAD signature", output, StringComparison.Ordinal);
    }

    [RequiresToolFact("gpg")]
    public void Signature_ByAnUnknownKey_IsRejectedByGpg()
    {
        var (accepted, output) = Verify(Version(version => version.SignedBy(TestKeys.Other).OfferKeys(TestKeys.Publisher)));

        Assert.False(accepted);
        Assert.Contains("No public key", output, StringComparison.Ordinal);
    }

    private FakeVersion Version(Func<FakeVersion, FakeVersion> setUp) =>
        _origin.AddProvider("example/hello").AddVersion("1.0.0", version => setUp(version))["1.0.0"];

    private (bool Accepted, string Output) Verify(FakeVersion version) =>
        _gpg.Verify(version.Keys[0].AsciiArmor, version.Sha256Sums, version.Signature!);
}
