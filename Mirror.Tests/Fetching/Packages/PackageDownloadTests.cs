using Microsoft.Extensions.DependencyInjection;
using Mirror.Core.Addresses;
using Mirror.Core.Configuration;
using Mirror.Core.Database;
using Mirror.Core.Fetching.Packages;
using Mirror.Core.Fetching.Proofs;
using Mirror.Core.Upstream;
using Mirror.Tests.Fetching.Documents;
using Mirror.Tests.Origin;
using Mirror.Tests.Time;
using static Mirror.Tests.Protocols.MirrorWithOrigin;

namespace Mirror.Tests.Fetching.Packages;

public sealed class PackageDownloadTests
{
    private static readonly ProviderAddress Provider = ProviderAddress.Parse($"{Host}/example/hello");
    private static readonly ProviderVersion Version = ProviderVersion.Parse("1.0.0");
    private static readonly Platform Platform = Platform.Parse("linux_amd64");

    [Fact]
    public async Task Download_WithASlowConsumer_IsNotCountedAsAnOriginFailure()
    {
        var time = new ManualTimeProvider();
        await using var mirror = await OriginFaultTests.StartLargeAsync(time: time);
        await mirror.GetJsonAsync(Base + "1.0.0.json");
        var origins = mirror.Server.Services.GetRequiredService<UpstreamRouter>();
        var download = new PackageDownload(
            mirror.Server.Services.GetRequiredService<OriginHttp>(), new UpstreamLimits { PackageAttempts = 1 }, long.MaxValue, time);
        var taker = new SlowConsumer(time);
        var request = new PackageRequest(
            1,
            Provider,
            Version,
            new ReleaseFile(Platform, Package, mirror.OriginPackage().Digest),
            TrustLevel.Verified,
            OriginCredential.None,
            Principal.System);

        using var places = new DownloadSlots(1, maxSlow: 0);
        using var place = await places.TakeAsync(CancellationToken.None);

        var failure = await download.RunAsync(request, LocateAsync, taker, place, CancellationToken.None);

        Assert.Null(failure);
        Assert.Equal(mirror.OriginPackage().Content, taker.Taken);
        Assert.Equal(1, mirror.Origin.Count(RequestKind.Package));

        async Task<Outcome<Uri>> LocateAsync(CancellationToken cancellationToken)
        {
            using var deadline = new Deadline(time, TimeSpan.FromSeconds(8), cancellationToken);
            return await origins.LocateAsync(Provider, Version, Platform, null, OriginCredential.None, deadline);
        }
    }

    /// <summary>Takes one minute for each block.</summary>
    private sealed class SlowConsumer(ManualTimeProvider time) : IPackageSink
    {
        private readonly List<byte> _taken = [];

        public byte[] Taken => [.. _taken];

        public long Position => _taken.Count;

        public ValueTask<Failure?> BeginAsync(long? length, CancellationToken cancellationToken) => ValueTask.FromResult<Failure?>(null);

        public ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
        {
            _taken.AddRange(bytes.Span);
            time.Advance(TimeSpan.FromMinutes(1));
            return ValueTask.CompletedTask;
        }
    }
}
