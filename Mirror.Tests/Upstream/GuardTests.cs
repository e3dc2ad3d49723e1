using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Mirror.Core.Addresses;
using Mirror.Core.Configuration;
using Mirror.Core.Upstream;
using Mirror.Tests.Time;

namespace Mirror.Tests.Upstream;

public sealed class GuardTests
{
    [Theory]
    [InlineData("8.8.8.8", true)]
    [InlineData("151.101.1.1", true)]
    [InlineData("2606:4700::6810:85e5", true)]
    [InlineData("64:ff9b::808:808", true)]
    [InlineData("127.0.0.1", false)]
    [InlineData("127.255.255.254", false)]
    [InlineData("0.0.0.0", false)]
    [InlineData("10.1.2.3", false)]
    [InlineData("100.64.0.1", false)]
    [InlineData("169.254.169.254", false)]
    [InlineData("172.16.0.1", false)]
    [InlineData("172.31.255.255", false)]
    [InlineData("172.32.0.1", true)]
    [InlineData("192.168.1.1", false)]
    [InlineData("168.63.129.16", false)]
    [InlineData("224.0.0.1", false)]
    [InlineData("255.255.255.255", false)]
    [InlineData("::1", false)]
    [InlineData("::", false)]
    [InlineData("::ffff:127.0.0.1", false)]
    [InlineData("::ffff:8.8.8.8", true)]
    [InlineData("64:ff9b::7f00:1", false)]
    [InlineData("fe80::1", false)]
    [InlineData("fd00:ec2::254", false)]
    [InlineData("ff02::1", false)]
    [InlineData("2002:7f00:1::", false)]
    public void Address_OfEachRange_IsPublicOrNot(string address, bool expected) => Assert.Equal(expected, AddressGuard.IsPublic(IPAddress.Parse(address)));

    [Theory]
    [InlineData("https://releases.example.com/a.zip", true)]
    [InlineData("http://releases.example.com/a.zip", false)]
    [InlineData("https://user:secret@releases.example.com/a.zip", false)]
    [InlineData("https://127.0.0.1/a.zip", false)]
    [InlineData("https://[::1]/a.zip", false)]
    [InlineData("https://localhost/a.zip", false)]
    [InlineData("https://api.localhost/a.zip", false)]
    [InlineData("https://metadata.google.internal/a", false)]
    [InlineData("https://2130706433/a.zip", false)]
    [InlineData("https://0x7f.1/a.zip", false)]
    [InlineData("file:///etc/passwd", false)]
    [InlineData("ftp://releases.example.com/a.zip", false)]
    [InlineData("http://127.0.0.1:8080/v1/providers/x", true)]
    [InlineData("http://127.0.0.1:8081/v1/providers/x", false)]
    [InlineData("https://127.0.0.1:8080/v1/providers/x", false)]
    public void Url_OfEachKind_IsAllowedOrNot(string url, bool expected)
    {
        Assert.True(ProviderHostname.TryParse("registry.example.com", out var name));
        var guard = new OriginGuard(
            new UpstreamOptions
            {
                Hosts = [new UpstreamHostOptions { Name = name, ProvidersUrl = new Uri(
                "http://127.0.0.1:8080/v1/providers/") }]
            });

        var refused = guard.Check(new Uri(url));

        Assert.Equal(expected, refused is null);
        Assert.DoesNotContain("secret", refused?.Message ?? "", StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(FailureKind.Unreachable, 1, null, 8, true)]
    [InlineData(FailureKind.TooSlow, 1, null, 8, true)]
    [InlineData(FailureKind.Unreachable, 3, null, 8, false)]
    [InlineData(FailureKind.Unreachable, 1, null, 0, false)]
    [InlineData(FailureKind.Unreachable, 1, 5, 8, true)]
    [InlineData(FailureKind.Unreachable, 1, 6, 8, false)]
    [InlineData(FailureKind.Unreachable, 1, 5, 4, false)]
    [InlineData(FailureKind.NotFound, 1, null, 8, false)]
    [InlineData(FailureKind.CredentialsRefused, 1, null, 8, false)]
    [InlineData(FailureKind.InvalidAnswer, 1, null, 8, false)]
    [InlineData(FailureKind.ForbiddenAddress, 1, null, 8, false)]
    [InlineData(FailureKind.VerificationFailed, 1, null, 8, false)]
    public void Retry_ByFailure_FollowsTheTable(FailureKind kind, int attempt, int? retryAfter, int remaining, bool again)
    {
        var failure = new Failure(kind, "", retryAfter is { } seconds ? TimeSpan.FromSeconds(seconds) : null);

        var pause = RetryPolicy.PauseBefore(failure, attempt, 3, TimeSpan.FromSeconds(remaining), 0.5, new UpstreamLimits());

        Assert.Equal(again, pause is not null);
        Assert.True(pause is null || pause >= TimeSpan.FromSeconds(retryAfter ?? 0));
    }

    [Fact]
    public void Breaker_AfterConsecutiveFailures_PausesAndThenAllowsOneProbe()
    {
        var time = new ManualTimeProvider();
        var breaker = new CircuitBreaker(
            "registry.example.com",
            new UpstreamLimits { BreakerFailures = 3, BreakerPause = TimeSpan.FromSeconds(5) },
            time,
            NullLogger.Instance);
        for (int i = 0; i < 3; i++)
        {
            Assert.True(breaker.TryEnter());
            breaker.Report(healthy: false);
        }

        Assert.True(breaker.IsOpen);
        Assert.Equal(time.GetUtcNow().AddSeconds(5), breaker.Describe().SuspendedUntil);
        Assert.False(breaker.TryEnter());
        time.Advance(TimeSpan.FromSeconds(5));
        Assert.True(breaker.TryEnter());
        Assert.False(breaker.TryEnter());
        breaker.Report(healthy: false);
        Assert.False(breaker.TryEnter());
        time.Advance(TimeSpan.FromSeconds(5));
        Assert.True(breaker.TryEnter());
        breaker.Report(healthy: true);

        Assert.False(breaker.IsOpen);
        Assert.Null(breaker.Describe().SuspendedUntil);
        Assert.True(breaker.TryEnter());
    }
}
