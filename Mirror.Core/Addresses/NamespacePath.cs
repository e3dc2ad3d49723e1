using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace Mirror.Core.Addresses;

/// <summary>The path of a group or workspace, <c>root/sub/…/name</c>, whose first part is the root group.</summary>
[JsonConverter(typeof(TextValueConverter<NamespacePath>))]
public sealed record NamespacePath : ITextValue<NamespacePath>
{
    private const int MaxPartLength = 64;
    private const int MaxDepth = 16;

    /// <summary>In characters: the deepest path with the longest names.</summary>
    public const int MaxLength = MaxDepth * (MaxPartLength + 1) - 1;

    private NamespacePath(string value) => Value = value;

    /// <summary>The group that every instance starts with.</summary>
    public static NamespacePath Default { get; } = new("default");

    public string Value { get; }

    public string RootName => Value.Split('/')[0];

    public string Name => Value[(Value.LastIndexOf('/') + 1)..];

    public bool IsRoot => !Value.Contains('/', StringComparison.Ordinal);

    public NamespacePath? Parent => IsRoot ? null : new NamespacePath(Value[..Value.LastIndexOf('/')]);

    /// <summary>All paths from the root group down to the namespace itself.</summary>
    public IReadOnlyList<NamespacePath> FromRoot => IsRoot ? [this] : [.. Parent!.FromRoot, this];

    /// <summary>
    /// Parts are lower-case letters, digits, <c>-</c> and <c>_</c>, and start and end with a letter or digit. Dots are not allowed: they
    /// identify a hostname.
    /// </summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out NamespacePath? path)
    {
        path = null;
        if (text is null or { Length: > MaxLength } || text.Split('/') is not { Length: <= MaxDepth } parts || !parts.All(IsPart))
        {
            return false;
        }

        path = new NamespacePath(text);
        return true;
    }

    public static NamespacePath Parse(string text) =>
        TryParse(text, out var path)
            ? path
            : throw new FormatException(
                $"'{text}' is not a namespace path; expected names of lower-case letters, digits, '-' and '_' joined by '/', such as 'platform/network'.");

    /// <summary>The path of a child with the given name; false if the name is invalid or the path is too deep.</summary>
    public bool TryAppend(string? name, [NotNullWhen(true)] out NamespacePath? path)
    {
        path = null;
        return IsName(name) && TryParse($"{Value}/{name}", out path);
    }

    /// <summary>The path with another last part; false if the name is invalid.</summary>
    public bool TryRename(string? name, [NotNullWhen(true)] out NamespacePath? path)
    {
        path = null;
        return IsName(name) && (Parent is { } parent ? parent.TryAppend(name, out path) : TryParse(name, out path));
    }

    /// <summary>Whether the text is a valid name for a group or workspace.</summary>
    public static bool IsName([NotNullWhen(true)] string? text) => text is not null && IsPart(text);

    /// <summary>Whether the other path is this namespace or below it.</summary>
    public bool Contains(NamespacePath other) =>
        other.Value.StartsWith(Value, StringComparison.Ordinal) && (other.Value.Length == Value.Length || other.Value[Value.Length] == '/');

    public override string ToString() => Value;

    private static bool IsPart(string part) =>
        part.Length is > 0 and <= MaxPartLength
        && char.IsAsciiLetterOrDigit(part[0]) && char.IsAsciiLetterOrDigit(part[^1])
        && part.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '_');
}
