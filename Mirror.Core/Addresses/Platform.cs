using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace Mirror.Core.Addresses;

/// <summary>A target platform, written <c>os_arch</c> in files and URLs and displayed as <c>os/arch</c>.</summary>
[JsonConverter(typeof(TextValueConverter<Platform>))]
public readonly record struct Platform : IComparable<Platform>, ITextValue<Platform>
{
    private const int MaxWordLength = 32;

    /// <summary>In characters.</summary>
    public const int MaxLength = 2 * MaxWordLength + 1;

    private Platform(string os, string arch)
    {
        Os = os;
        Arch = arch;
    }

    public string Os { get; }

    public string Arch { get; }

    public string Value => $"{Os}_{Arch}";

    public string Display => $"{Os}/{Arch}";

    public static bool TryCreate(string? os, string? arch, out Platform platform)
    {
        bool valid = IsWord(os) && IsWord(arch);
        platform = valid ? new Platform(os!, arch!) : default;
        return valid;
    }

    /// <summary>Parses <c>os_arch</c>.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out Platform platform)
    {
        platform = default;
        string[] words = text is { Length: <= MaxLength } ? text.Split('_') : [];
        return words.Length == 2 && TryCreate(words[0], words[1], out platform);
    }

    /// <summary>Parses <c>os_arch</c>; throws <see cref="FormatException"/> naming the value and the form expected.</summary>
    public static Platform Parse(string text) =>
        TryParse(text, out var platform)
            ? platform
            : throw new FormatException($"'{text}' is not a platform; expected 'os_arch', such as 'linux_amd64'.");

    public int CompareTo(Platform other)
    {
        int os = string.CompareOrdinal(Os, other.Os);
        return os != 0 ? os : string.CompareOrdinal(Arch, other.Arch);
    }

    public override string ToString() => Value;

    public static bool operator <(Platform left, Platform right) => left.CompareTo(right) < 0;

    public static bool operator >(Platform left, Platform right) => left.CompareTo(right) > 0;

    public static bool operator <=(Platform left, Platform right) => left.CompareTo(right) <= 0;

    public static bool operator >=(Platform left, Platform right) => left.CompareTo(right) >= 0;

    private static bool IsWord(string? word) =>
        word is { Length: > 0 and <= MaxWordLength } && word.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c));
}
