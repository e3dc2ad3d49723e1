namespace Mirror.Tests.Fuzzing;

/// <summary>
/// Mutates the corpus of a target, and every input with a new outcome. The same seed produces the same inputs in the same order.
/// </summary>
public static class Fuzzer
{
    private const int MaxCorpus = 2048;
    private const int MaxLength = 32 * 1024;

    /// <summary>An input normally takes a fraction of a millisecond. This limit detects a hang, even on a busy machine.</summary>
    private static readonly TimeSpan Hang = TimeSpan.FromSeconds(20);

    /// <param name="goOn">Receives the number of the round; returns false to stop.</param>
    /// <returns>The first input that breaks a property, or null; the number of rounds; the longest time for one input.</returns>
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
#pragma warning disable CA1031 // Any exception is a finding.
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

    /// <summary>Removes values from a message, because another value is not a new outcome.</summary>
    private static string KindOf(string outcome)
    {
        string letters = string.Concat(outcome.Where(c => char.IsAsciiLetter(c) || c == ' '));
        return letters[..Math.Min(letters.Length, 60)];
    }
}
