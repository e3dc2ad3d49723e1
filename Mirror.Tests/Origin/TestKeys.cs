using Mirror.Core.Verification;

namespace Mirror.Tests.Origin;

/// <summary>Keys of publishers, created once per test run, because creating one takes tens of milliseconds.</summary>
public static class TestKeys
{
    /// <summary>The creation time of all test keys and signatures.</summary>
    public static readonly DateTimeOffset Created = new(2025, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly Lazy<OpenPgpSigner> LazyPublisher = new(() => Generate("Example Publisher <releases@example.com>"));
    private static readonly Lazy<OpenPgpSigner> LazyOther = new(() => Generate("Other Publisher <other@example.net>"));
    private static readonly Lazy<OpenPgpSigner> LazyExpired = new(
        () => Generate("Former Publisher <former@example.com>", TimeSpan.FromDays(30)));

    /// <summary>The default signing key.</summary>
    public static OpenPgpSigner Publisher => LazyPublisher.Value;

    /// <summary>A valid key of another publisher.</summary>
    public static OpenPgpSigner Other => LazyOther.Value;

    /// <summary>A key that expires one month after <see cref="Created"/>, after it has signed.</summary>
    public static OpenPgpSigner Expired => LazyExpired.Value;

    private static OpenPgpSigner Generate(string userId, TimeSpan? validFor = null) => OpenPgpSigner.Generate(userId, Created, validFor);
}
