using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using System.Text.Json.Serialization.Metadata;
using Mirror.Core;

namespace Mirror.Web.Http.Bounds;

/// <summary>
/// The bounds of one parameter or member, as <see cref="MaxLengthAttribute"/>, <see cref="ItemLengthAttribute"/> and
/// <see cref="RangeAttribute"/> declare them; defaults apply otherwise, so nothing is unbounded. The OpenAPI document shows the same.
/// </summary>
internal sealed record DeclaredBounds
{
    /// <summary>In characters.</summary>
    public const int DefaultTextLength = 256;

    /// <summary>Of a list or dictionary.</summary>
    public const int DefaultItemCount = 100;

    /// <summary>Of a namespace path in a URL, in characters: one segment, with <c>%2F</c> for each slash.</summary>
    public const int PathLength = 1200;

    private readonly int? _length;

    private DeclaredBounds(Func<Type, Attribute?> find, int? length = null)
    {
        _length = (find(typeof(MaxLengthAttribute)) as MaxLengthAttribute)?.Length ?? length;
        ItemLength = (find(typeof(ItemLengthAttribute)) as ItemLengthAttribute)?.Length ?? DefaultTextLength;
        Range = find(typeof(RangeAttribute)) as RangeAttribute;
    }

    /// <summary>Of a text, in characters.</summary>
    public int TextLength => _length ?? DefaultTextLength;

    /// <summary>Of a list or dictionary.</summary>
    public int ItemCount => _length ?? DefaultItemCount;

    /// <summary>Of each text in a list or dictionary, in characters.</summary>
    public int ItemLength { get; }

    /// <summary>Of a number; null allows every value of its type, as for ids.</summary>
    public RangeAttribute? Range { get; }

    /// <summary>Of a parameter of a handler.</summary>
    public static DeclaredBounds Of(ParameterInfo parameter) =>
        new(type => parameter.GetCustomAttribute(type), parameter.Name is "group" or "principal" ? PathLength : null);

    /// <summary>Of a property that binds a parameter.</summary>
    public static DeclaredBounds Of(PropertyInfo property) => new(type => property.GetCustomAttribute(type));

    /// <summary>Of a member of a JSON document; records declare attributes on constructor parameters.</summary>
    public static DeclaredBounds Of(JsonPropertyInfo member) => new(type =>
        Find(member.AssociatedParameter?.AttributeProvider, type) ?? Find(member.AttributeProvider, type));

    /// <summary>Explains why a value is out of bounds, as a phrase that follows its name; null if it is within bounds.</summary>
    public string? FindFault(object? value) => value switch
    {
        string text => FindFault(text, TextLength),
        not null when Range is { } range && !range.IsValid(value) =>
            string.Create(CultureInfo.InvariantCulture, $"{value} is not valid; expected {range.Minimum} to {range.Maximum}."),
        _ => null,
    };

    /// <summary>Like <see cref="FindFault(object?)"/>; does not repeat a long text.</summary>
    public static string? FindFault(ReadOnlySpan<char> text, int length) =>
        text.Length > length ? string.Create(CultureInfo.InvariantCulture, $"{text.Length} characters; expected at most {length}.")
        : text.ContainsAnyInRange('\0', '\b')
            || text.ContainsAnyInRange('\u000B', '\f')
            || text.ContainsAnyInRange('\u000E', '\u001F') ? "control characters; expected text."
        : null;

    private static Attribute? Find(ICustomAttributeProvider? provider, Type type) =>
        provider?.GetCustomAttributes(type, inherit: false) is [Attribute found, ..] ? found : null;
}
