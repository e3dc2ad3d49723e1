using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using System.Text.Json.Serialization;

namespace Mirror.Core.Addresses;

/// <summary>
/// A semantic version without a leading <c>v</c>, in its three-part canonical form (<c>1.0</c> is <c>1.0.0</c>).
/// Ordered by precedence, then by build metadata so that the order is total. See https://semver.org/.
/// </summary>
[JsonConverter(typeof(TextValueConverter<ProviderVersion>))]
public sealed record ProviderVersion : IComparable<ProviderVersion>, ITextValue<ProviderVersion>
{
    /// <summary>In characters.</summary>
    public const int MaxLength = VersionText.MaxLength;

    private ProviderVersion(ulong major, ulong minor, ulong patch, string prerelease, string build)
    {
        Major = major;
        Minor = minor;
        Patch = patch;
        Prerelease = prerelease;
        Build = build;
        string core = string.Create(CultureInfo.InvariantCulture, $"{major}.{minor}.{patch}");
        Value = core + (prerelease.Length > 0 ? "-" + prerelease : "") + (build.Length > 0 ? "+" + build : "");
        SortKey = MakeSortKey();
    }

    public ulong Major { get; }

    public ulong Minor { get; }

    public ulong Patch { get; }

    /// <summary>The dot-separated identifiers after <c>-</c>, or empty.</summary>
    public string Prerelease { get; }

    /// <summary>The dot-separated identifiers after <c>+</c>, or empty.</summary>
    public string Build { get; }

    public bool IsPrerelease => Prerelease.Length > 0;

    public string Value { get; }

    /// <summary>A sort key whose ordinal order is the order of versions, for sorting in the database.</summary>
    public string SortKey { get; }

    /// <summary>Occurs in the sort key of every release and of no prerelease.</summary>
    internal const string ReleaseMark = "~";

    /// <summary>Accepts one to three numeric parts, prerelease and build metadata.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out ProviderVersion? version)
    {
        version = VersionText.TrySplit(text, out var parts)
            ? new ProviderVersion(parts.Major, parts.Minor, parts.Patch, parts.Prerelease.ToString(), parts.Build.ToString())
            : null;
        return version is not null;
    }

    /// <summary>Accepts only the canonical form, as clients send it in a URL.</summary>
    public static bool TryParseCanonical(string? text, [NotNullWhen(true)] out ProviderVersion? version) =>
        TryParse(text, out version) && version.Value == text;

    /// <summary>Parses like <see cref="TryParse"/>; throws <see cref="FormatException"/> naming the value and the form expected.</summary>
    public static ProviderVersion Parse(string text) =>
        TryParse(text, out var version)
            ? version
            : throw new FormatException(
                $"'{text}' is not a version; expected a semantic version without a leading 'v', such as '5.100.0'.");

    public int CompareTo(ProviderVersion? other) => other is null ? 1 : string.CompareOrdinal(SortKey, other.SortKey);

    /// <summary>Whether the two versions differ only in build metadata, which precedence ignores.</summary>
    public bool HasSamePrecedence(ProviderVersion other) =>
        (Major, Minor, Patch, Prerelease) == (other.Major, other.Minor, other.Patch, other.Prerelease);

    public bool Equals(ProviderVersion? other) => other is not null && Value == other.Value;

    public override int GetHashCode() => Value.GetHashCode(StringComparison.Ordinal);

    public override string ToString() => Value;

    public static bool operator <(ProviderVersion left, ProviderVersion right) => left.CompareTo(right) < 0;

    public static bool operator >(ProviderVersion left, ProviderVersion right) => left.CompareTo(right) > 0;

    public static bool operator <=(ProviderVersion left, ProviderVersion right) => left.CompareTo(right) <= 0;

    public static bool operator >=(ProviderVersion left, ProviderVersion right) => left.CompareTo(right) >= 0;

    // Numbers are prefixed with their digit count, so ordinal order is numeric order. A release sorts after its prereleases ('~' sorts
    // after every letter), a numeric identifier before an alphanumeric one ('0' before '1'), and a longer list of identifiers after its
    // own prefix ('!' ends an identifier and sorts before all its characters).
    private string MakeSortKey()
    {
        var key = new StringBuilder();
        AppendNumber(key, Major.ToString(CultureInfo.InvariantCulture));
        AppendNumber(key, Minor.ToString(CultureInfo.InvariantCulture));
        AppendNumber(key, Patch.ToString(CultureInfo.InvariantCulture));
        if (Prerelease.Length == 0)
        {
            key.Append(ReleaseMark[0]);
        }
        else
        {
            foreach (string id in Prerelease.Split('.'))
            {
                if (id.All(char.IsAsciiDigit))
                {
                    AppendNumber(key.Append('0'), id);
                }
                else
                {
                    key.Append('1').Append(id);
                }

                key.Append('!');
            }
        }

        return key.Append(' ').Append(Build).ToString();
    }

    private static void AppendNumber(StringBuilder key, string digits) =>
        key.Append(CultureInfo.InvariantCulture, $"{digits.Length:D3}").Append(digits);
}
