namespace Mirror.Tests.Fuzzing;

/// <summary>Runs each target with a fixed number of fixed inputs. <c>bench/fuzz</c> runs further inputs.</summary>
public sealed class FuzzTests
{
    private const int Seed = 20261130;

    public static TheoryData<string> Targets() => [.. FuzzTargets.All.Select(target => target.Name)];

    [Theory]
    [MemberData(nameof(Targets))]
    public void Parser_WithMutatedInputs_KeepsItsProperties(string name)
    {
        var target = FuzzTargets.All.Single(target => target.Name == name);

        var (finding, rounds, _) = Fuzzer.Run(target, Seed, round => round < target.Rounds);

        Assert.True(finding is null, $"{finding}");
        Assert.Equal(Math.Max(target.Rounds, target.Corpus.Count + 1), rounds);
    }

    [Fact]
    public void Fuzzer_OfABrokenParser_ReportsTheSameInputEachTime()
    {
        var target = new FuzzTarget(
            "fragile",
            ["good"u8.ToArray()],
            ["bad"],
            bytes => bytes.AsSpan().IndexOf("bad"u8) < 0 ? "read" : throw new FormatException("broken"));

        var first = Fuzzer.Run(target, 7, round => round < 10_000).Finding;
        var second = Fuzzer.Run(target, 7, round => round < 10_000).Finding;

        Assert.Contains("broken", first!.Problem, StringComparison.Ordinal);
        Assert.Equal((first.Round, Convert.ToHexString(first.Input)), (second!.Round, Convert.ToHexString(second.Input)));
    }

    [Fact]
    public void Fuzzer_OfAParserThatAllocatesTooMuch_ReportsTheInput()
    {
        var target = new FuzzTarget(
            "greedy", [], ["x"], bytes => $"{new byte[bytes.Length * 10_000 + 1].Length}")
        { Allocation = (100_000, 100) };

        Assert.Contains("allocated", Fuzzer.Run(target, 7, round => round < 1000).Finding!.Problem, StringComparison.Ordinal);
    }
}
