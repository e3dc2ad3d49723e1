using Xunit.Abstractions;

namespace Mirror.E2E.Soak;

/// <summary>Runs alone, because it measures response times.</summary>
[CollectionDefinition(nameof(SoakTests), DisableParallelization = true)]
[Collection(nameof(SoakTests))]
public sealed class SoakTests(ITestOutputHelper output)
{
    public const int MostMemory = 350_000_000;
    public static readonly TimeSpan MostTime = TimeSpan.FromSeconds(2);

    /// <summary>The short version of <c>bench/soak</c>, with a fixed seed.</summary>
    [Fact]
    public async Task Soak_ForOneMinute_ServesValidClientsWithoutFaults()
    {
        var report = await SoakRun.RunAsync(new SoakSettings(TimeSpan.FromMinutes(1), TimeSpan.FromSeconds(15), Seed: 20261130));

        output.WriteLine(report.ToString());
        Assert.Empty(report.Faults);
        Assert.True(report.Restarts >= 2 && report.Inits > 100, report.ToString());
        Assert.True(report.Slowest <= MostTime && report.PeakResident <= MostMemory, report.ToString());
    }
}
