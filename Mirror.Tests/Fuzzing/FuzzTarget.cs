namespace Mirror.Tests.Fuzzing;

/// <summary>A parser of bytes from outside, and what must hold for it whatever it is given.</summary>
/// <param name="Name">By which it is chosen and reported.</param>
/// <param name="Corpus">Inputs to begin with: good ones, and those that once broke it.</param>
/// <param name="Words">What mutations insert; parts of the format.</param>
/// <param name="Check">
/// Parses the input and throws where a property does not hold; any exception that the parser does not document is one.
/// Returns what came of it, in few words: an input that leads to something new is mutated further.
/// </param>
public sealed record FuzzTarget(string Name, IReadOnlyList<byte[]> Corpus, IReadOnlyList<string> Words, Func<byte[], string> Check)
{
    /// <summary>Bytes that the parser may allocate for any input, and for each byte of it.</summary>
    public (long Base, long PerByte) Allocation { get; init; } = (2 << 20, 400);

    /// <summary>Inputs that continuous integration tries.</summary>
    public int Rounds { get; init; } = 2000;

    public override string ToString() => Name;
}

/// <summary>An input that breaks a property. The same seed finds it in the same round.</summary>
public sealed record FuzzFinding(string Target, int Seed, int Round, byte[] Input, string Problem)
{
    public override string ToString() =>
        $"{Target}: seed {Seed}, round {Round}, {Input.Length} bytes: {Problem}\n  input (base64): {Convert.ToBase64String(Input)}";
}
