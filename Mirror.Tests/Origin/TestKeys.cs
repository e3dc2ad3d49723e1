using Mirror.Web.Hosting.Demo;

namespace Mirror.Tests.Origin;

/// <summary>Publishers' keys for tests, made once per test run: making one costs tens of milliseconds.</summary>
public static class TestKeys
{
    /// <summary>When every test key and signature was made.</summary>
    public static readonly DateTimeOffset Created = new(2025, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly Lazy<OpenPgpSigner> LazyPublisher = new(() => Generate("Example Publisher <releases@example.com>"));
    private static readonly Lazy<OpenPgpSigner> LazyOther = new(() => Generate("Other Publisher <other@example.net>"));
    private static readonly Lazy<OpenPgpSigner> LazyExpired = new(
        () => Generate("Former Publisher <former@example.com>", TimeSpan.FromDays(30)));

    /// <summary>Signs everything that names no other key.</summary>
    public static OpenPgpSigner Publisher => LazyPublisher.Value;

    /// <summary>A good key of somebody else.</summary>
    public static OpenPgpSigner Other => LazyOther.Value;

    /// <summary>A key that expired a month after <see cref="Created"/>, after signing.</summary>
    public static OpenPgpSigner Expired => LazyExpired.Value;

    private static OpenPgpSigner Generate(string userId, TimeSpan? validFor = null) => OpenPgpSigner.Generate(userId, Created, validFor);
}
