namespace Mirror.Tests.Fuzzing;

/// <summary>
/// Mutates a target's corpus and whatever led to a new outcome, by a seed: the same seed gives the same inputs in the same order.
/// </summary>
public static class Fuzzer
{
    private const int MaxCorpus = 2048;
    private const int MaxLength = 32 * 1024;

    /// <summary>Any input takes a fraction of a millisecond; this says that one hangs, on the busiest machine.</summary>
    private static readonly TimeSpan Hang = TimeSpan.FromSeconds(20);

    /// <param name="goOn">Gets the number of the round; false ends it.</param>
    /// <returns>The first input that breaks a property, or null; the rounds done; the longest time that an input took.</returns>
    public static (FuzzFinding? Finding, int Rounds, TimeSpan Slowest) Run(FuzzTarget target, int seed, Func<int, bool> goOn)
    {
        List<byte[]> corpus = [[], .. target.Corpus];
        int given = corpus.Count;
        var outcomes = new HashSet<string>(StringComparer.Ordinal);
        var slowest = TimeSpan.Zero;
        int round = 0;
        for (; round < given || goOn(round); round++)
        {
            var random = new Random(unchecked(seed * 1_000_003 + round));
            byte[] input = round < given ? corpus[round] : Mutations.Apply(corpus, target.Words, random, MaxLength);
            long allocated = GC.GetAllocatedBytesForCurrentThread();
            long begun = TimeProvider.System.GetTimestamp();
            string outcome;
            try
            {
                outcome = target.Check([.. input]);
            }
#pragma warning disable CA1031 // Any exception is the finding.
            catch (Exception e)
#pragma warning restore CA1031
            {
                return (new FuzzFinding(target.Name, seed, round, input, e.ToString()), round, slowest);
            }

            allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
            var took = TimeProvider.System.GetElapsedTime(begun);
            slowest = took > slowest ? took : slowest;
            if (allocated > target.Allocation.Base + target.Allocation.PerByte * input.Length)
            {
                return (new FuzzFinding(target.Name, seed, round, input, $"allocated {allocated} bytes"), round, slowest);
            }

            if (took > Hang)
            {
                return (new FuzzFinding(target.Name, seed, round, input, $"took {took}"), round, slowest);
            }

            if (outcomes.Add(KindOf(outcome)) && round >= given && corpus.Count < MaxCorpus)
            {
                corpus.Add(input);
            }
        }

        return (null, round, slowest);
    }

    /// <summary>Messages name values; that they differ in those is nothing new.</summary>
    private static string KindOf(string outcome)
    {
        string letters = string.Concat(outcome.Where(c => char.IsAsciiLetter(c) || c == ' '));
        return letters[..Math.Min(letters.Length, 60)];
    }
}
