using System.Security.Cryptography;
using Mirror.Tests.Fetching.Documents;
using Mirror.Tests.Origin;
using Mirror.Tests.Protocols;
using static Mirror.Tests.Protocols.MirrorWithOrigin;

namespace Mirror.Tests.Fetching.Packages;

public sealed class ConcurrencyTests
{
    private enum ClientBehavior
    {
        Patient,

        /// <summary>Reads a little, and continues after all other clients are done.</summary>
        Slow,

        /// <summary>Disconnects in the middle.</summary>
        Leaving,
    }

    [Fact]
    public async Task ColdPackage_ForManyClients_IsDownloadedOnceAndCompleteForAllConnected()
    {
        const int Size = 100_000_000;
        await using var mirror = await OriginFaultTests.StartLargeAsync(Size);
        string expected = mirror.OriginPackage().Digest.Hex;
        var othersDone = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

        var clients = Enumerable.Range(0, 64)
            .Select(i => (ClientBehavior)(i % 3))
            .Select(behavior => (behavior, Task: Task.Run(() => DownloadAsync(mirror, behavior, Size, othersDone.Task))))
            .ToList();
        await Task.WhenAll(clients.Where(client => client.behavior != ClientBehavior.Slow).Select(client => client.Task));
        othersDone.SetResult();
        string?[] digests = await Task.WhenAll(clients.Select(client => client.Task));
        await mirror.WhenIdleAsync();

        Assert.Equal(clients.Count(client => client.behavior != ClientBehavior.Leaving), digests.Count(digest => digest == expected));
        Assert.All(digests.Where(digest => digest is not null), digest => Assert.Equal(expected, digest));
        Assert.Equal(1, mirror.Origin.Count(RequestKind.Package));
        Assert.Equal(1, mirror.Origin.Count(RequestKind.Versions));
        Assert.Equal(1, mirror.Origin.Count(RequestKind.Sums));
        Assert.Equal(1, mirror.Origin.Count(RequestKind.Signature));
        // One for the sums and one for the package, because origins sign package URLs for minutes only.
        Assert.Equal(2, mirror.Origin.Count(RequestKind.Download));
        Assert.Equal(1, await mirror.CountPackageRowsAsync());
    }

    [Fact]
    public async Task ColdDocuments_ForManyClients_CauseOneOriginRequest()
    {
        await using var mirror = await StartAsync();
        var gate = new Gate();
        mirror.Origin.Misbehave(RequestKind.Versions, Fault.Hang(gate), times: 1);

        var clients = Enumerable.Range(0, 32).Select(_ => mirror.Client.GetStringAsync(Base + "index.json")).ToList();
        await gate.WhenReached();
        gate.Open();
        string[] bodies = await Task.WhenAll(clients);

        Assert.Single(bodies.Distinct());
        Assert.Equal(1, mirror.Origin.Count(RequestKind.Versions));
    }

    [Fact]
    public async Task ColdDocuments_Failing_ReportTheFailureToAllClients()
    {
        await using var mirror = await StartAsync();
        var gate = new Gate();
        mirror.Origin.Misbehave(RequestKind.Versions, Fault.Status(401).With(Fault.Hang(gate)));

        var clients = Enumerable.Range(0, 16).Select(_ => mirror.Client.GetAsync(Base + "index.json")).ToList();
        await gate.WhenReached();
        gate.Open();
        var responses = await Task.WhenAll(clients);

        Assert.All(responses, response => Assert.Equal(502, (int)response.StatusCode));
        foreach (var response in responses)
        {
            response.Dispose();
        }
    }

    [Fact]
    public async Task Fill_AfterItsOnlyClientDisconnects_Continues()
    {
        await using var mirror = await OriginFaultTests.StartLargeAsync();
        var gate = new Gate();
        mirror.Origin.Misbehave(RequestKind.Package, Fault.HangAfter(100_000, gate));
        using (var leaving = new CancellationTokenSource())
        {
            using var response = await mirror.Client.GetAsync(Base + Package, HttpCompletionOption.ResponseHeadersRead, leaving.Token);
            await gate.WhenReached();
            await leaving.CancelAsync();
        }

        gate.Open();
        await mirror.WhenIdleAsync();

        Assert.Equal(1, await mirror.CountPackageRowsAsync());
        Assert.Equal(1, mirror.Origin.Count(RequestKind.Package));
    }

    [Fact]
    public async Task FirstBytes_OfAColdPackage_AreSentBeforeTheOriginHasSentTheRest()
    {
        await using var mirror = await OriginFaultTests.StartLargeAsync();
        var gate = new Gate();
        mirror.Origin.Misbehave(RequestKind.Package, Fault.HangAfter(200_000, gate));

        using var response = await mirror.Client.GetAsync(Base + Package, HttpCompletionOption.ResponseHeadersRead);
        await using var body = await response.Content.ReadAsStreamAsync();
        byte[] first = new byte[150_000];
        await body.ReadExactlyAsync(first);
        bool waiting = gate.Arrivals == 1;
        gate.Open();

        Assert.True(waiting);
        Assert.Equal(mirror.OriginPackage().Content[..150_000], first);
        Assert.Equal(mirror.OriginPackage().Content.Length, response.Content.Headers.ContentLength);
    }

    private static async Task<string?> DownloadAsync(MirrorWithOrigin mirror, ClientBehavior behavior, int size, Task othersDone)
    {
        using var client = mirror.Server.CreateClient();
        using var response = await client.GetAsync(Base + Package, HttpCompletionOption.ResponseHeadersRead);
        await using var body = await response.Content.ReadAsStreamAsync();
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] buffer = new byte[128 * 1024];
        long total = 0;
        for (int read; (read = await body.ReadAsync(buffer)) > 0; total += read)
        {
            hash.AppendData(buffer.AsSpan(0, read));
            if (behavior == ClientBehavior.Leaving && total > size / 2)
            {
                return null;
            }

            if (behavior == ClientBehavior.Slow && total > size / 4)
            {
                await othersDone;
            }
        }

        return total < size ? "short" : Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
