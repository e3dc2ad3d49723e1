using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace Mirror.Core.Addresses;

/// <summary>
/// A version constraint in Terraform's syntax: <c>=</c>, <c>!=</c>, <c>&gt;</c>, <c>&gt;=</c>, <c>&lt;</c>, <c>&lt;=</c>,
/// <c>~&gt;</c>, joined by commas. A prerelease matches only if a condition names exactly that version.
/// See https://developer.hashicorp.com/terraform/language/expressions/version-constraints.
/// </summary>
[JsonConverter(typeof(TextValueConverter<VersionConstraint>))]
public sealed class VersionConstraint : ITextValue<VersionConstraint>
{
    /// <summary>In characters.</summary>
    public const int MaxLength = 512;

    private const int MaxConditions = 16;

    private static readonly string[] Operators = ["~>", ">=", "<=", "!=", "=", ">", "<"];
    private readonly IReadOnlyList<Condition> _conditions;
    private readonly string _text;

    private VersionConstraint(string text, IReadOnlyList<Condition> conditions)
    {
        _text = text;
        _conditions = conditions;
    }

    public static bool TryParse(string? text, [NotNullWhen(true)] out VersionConstraint? constraint)
    {
        constraint = null;
        var conditions = new List<Condition>();
        if (text is null or { Length: > MaxLength }
            || text.Split(',', StringSplitOptions.TrimEntries) is not { Length: <= MaxConditions } parts)
        {
            return false;
        }

        foreach (string part in parts)
        {
            string op = Operators.FirstOrDefault(candidate => part.StartsWith(candidate, StringComparison.Ordinal)) ?? "";
            string number = part[op.Length..].Trim();
            if (!ProviderVersion.TryParse(number, out var version))
            {
                return false;
            }

            conditions.Add(new Condition(op.Length == 0 ? "=" : op, version, number.Split('-', '+')[0].Split('.').Length));
        }

        constraint = new VersionConstraint(text.Trim(), conditions);
        return true;
    }

    /// <summary>Parses like <see cref="TryParse"/>; throws <see cref="FormatException"/> naming the value and the form expected.</summary>
    public static VersionConstraint Parse(string text) =>
        TryParse(text, out var constraint)
            ? constraint
            : throw new FormatException($"'{text}' is not a version constraint; expected conditions such as '~> 5.0' or '>= 4.1, < 6.0'.");

    /// <summary>The version that the constraint pins with <c>=</c>; null for any other constraint.</summary>
    public ProviderVersion? Exact => _conditions is [{ Operator: "=" } only] ? only.Version : null;

    public bool Matches(ProviderVersion version) =>
        version.IsPrerelease && !_conditions.Any(condition => condition.Operator == "=" && condition.Matches(version))
            ? false
            : _conditions.All(condition => condition.Matches(version));

    public override string ToString() => _text;

    private sealed record Condition(string Operator, ProviderVersion Version, int Parts)
    {
        public bool Matches(ProviderVersion candidate)
        {
            // Build metadata is ignored.
            int order = candidate.HasSamePrecedence(Version) ? 0 : candidate.CompareTo(Version);
            return Operator switch
            {
                "=" => order == 0,
                "!=" => order != 0,
                ">" => order > 0,
                ">=" => order >= 0,
                "<" => order < 0,
                "<=" => order <= 0,
                // Only the last part given may increase, and never the major version.
                _ => order >= 0 && candidate.Major == Version.Major && (Parts < 3 || candidate.Minor == Version.Minor),
            };
        }
    }
}
