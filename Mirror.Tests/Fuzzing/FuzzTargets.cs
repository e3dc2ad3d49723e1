using System.Text;

namespace Mirror.Tests.Fuzzing;

/// <summary>All targets. Every parser of external input has one.</summary>
public static class FuzzTargets
{
    public static IReadOnlyList<FuzzTarget> All { get; } =
        [.. AddressTargets.All, .. OriginTargets.All, .. VersionListTargets.All, .. ProofTargets.All, .. ArchiveTargets.All, .. TokenTargets.All, .. WebhookTargets.All];

    internal static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    /// <summary>Creates a target for a text parser. It receives the decoded bytes, like in the product.</summary>
    internal static FuzzTarget OfText(string name, IReadOnlyList<string> corpus, IReadOnlyList<string> words, Func<string, string> check) =>
        new(name, [.. corpus.Select(Bytes)], words, bytes => check(Encoding.UTF8.GetString(bytes)));

    /// <exception cref="InvalidOperationException">The property does not hold.</exception>
    internal static void Hold(bool property, string what)
    {
        if (!property)
        {
            throw new InvalidOperationException($"does not hold: {what}");
        }
    }

    /// <summary>Runs a parser that documents an exception.</summary>
    /// <returns>The message of the exception; null if the parser accepts the input.</returns>
    internal static string? Refusal<TException>(Action parse)
        where TException : Exception
    {
        try
        {
            parse();
            return null;
        }
        catch (TException e) when (e.GetType() == typeof(TException))
        {
            return e.Message;
        }
    }
}
