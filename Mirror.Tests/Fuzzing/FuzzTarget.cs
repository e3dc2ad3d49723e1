namespace Mirror.Tests.Fuzzing;

/// <summary>A parser of external input, and its properties for any input.</summary>
/// <param name="Name">The name for selection and reports.</param>
/// <param name="Corpus">The first inputs: valid ones, and inputs that broke a property in the past.</param>
/// <param name="Words">Parts of the format that mutations insert.</param>
/// <param name="Check">Parses the input and throws if a property does not hold. An undocumented exception of the parser counts too. Returns
/// a short description of the outcome: an input with a new outcome is mutated further.</param>
public sealed record FuzzTarget(string Name, IReadOnlyList<byte[]> Corpus, IReadOnlyList<string> Words, Func<byte[], string> Check)
{
    /// <summary>The number of bytes that the parser may allocate for any input, and for each byte of the input.</summary>
    public (long Base, long PerByte) Allocation { get; init; } = (2 << 20, 400);

    /// <summary>The number of inputs in continuous integration.</summary>
    public int Rounds { get; init; } = 2000;

    public override string ToString() => Name;
}

/// <summary>An input that breaks a property. The same seed finds it in the same round.</summary>
public sealed record FuzzFinding(string Target, int Seed, int Round, byte[] Input, string Problem)
{
    public override string ToString() =>
        $"{Target}: seed {Seed}, round {Round}, {Input.Length} bytes: {Problem}\n  input (base64): {Convert.ToBase64String(Input)}";
}
