using Mirror.Core.Database;

namespace Mirror.Web.Cli;

/// <summary>How a word looks on a terminal with colors.</summary>
internal enum Tone
{
    Plain,

    /// <summary>The header of a table.</summary>
    Heading,

    /// <summary>Verified, done, on.</summary>
    Good,

    /// <summary>Valid, but less than it could be.</summary>
    Caution,

    /// <summary>Failed, denied.</summary>
    Bad,

    /// <summary>Of less interest than the rest.</summary>
    Quiet,
}

internal static class Tones
{
    /// <summary>The text with the escape codes of the tone around it.</summary>
    public static string Paint(this Tone tone, string text) =>
        Code(tone) is { } code && text.Length > 0 ? $"\u001b[{code}m{text}\u001b[0m" : text;

    public static Tone Of(TrustLevel? trust) => trust switch
    {
        null => Tone.Quiet,
        TrustLevel.Verified => Tone.Good,
        _ => Tone.Caution,
    };

    /// <summary>A dash and <c>never</c> say that there is no value.</summary>
    public static Tone Of(string text) => text is "-" or "never" ? Tone.Quiet : Tone.Plain;

    private static string? Code(Tone tone) => tone switch
    {
        Tone.Heading => "1",
        Tone.Good => "32",
        Tone.Caution => "33",
        Tone.Bad => "31",
        Tone.Quiet => "2",
        _ => null,
    };
}
