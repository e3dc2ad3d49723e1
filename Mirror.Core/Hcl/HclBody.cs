using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Mirror.Core.Hcl;

/// <param name="Line">Starts at 1.</param>
/// <param name="Column">Starts at 1; counts characters, as editors do.</param>
public readonly record struct HclPosition(int Line, int Column)
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"line {Line}, column {Column}");
}

/// <summary>The attributes and blocks of a file or a block, in their order.</summary>
public sealed record HclBody(IReadOnlyList<HclAttribute> Attributes, IReadOnlyList<HclBlock> Blocks)
{
    /// <returns>Null if the body does not set the attribute.</returns>
    public HclAttribute? Find(string name) => Attributes.FirstOrDefault(attribute => attribute.Name == name);
}

/// <param name="Labels">Without quotes and escapes.</param>
/// <param name="Position">Of the block's type.</param>
/// <param name="End">Of the closing brace.</param>
public sealed record HclBlock(string Type, IReadOnlyList<string> Labels, HclBody Body, HclPosition Position, HclPosition End);

/// <param name="Expression">The source text, without surrounding comments. Nothing evaluates it.</param>
/// <param name="Position">Of the name.</param>
/// <param name="ExpressionPosition">Of the expression's first character.</param>
public sealed record HclAttribute(string Name, string Expression, HclPosition Position, HclPosition ExpressionPosition)
{
    /// <summary>Reads an expression that is one quoted string without interpolation.</summary>
    public bool TryReadString([NotNullWhen(true)] out string? value) => HclString.TryRead(Expression, out value);

    /// <summary>Reads a string or a heredoc, both without interpolation; the source text of any other expression.</summary>
    public string ReadText() =>
        TryReadString(out string? value) || HclString.TryReadHeredoc(Expression, out value) ? value : Expression;
}

/// <summary>A file is not valid HCL, or not what was expected. The message begins with line and column.</summary>
public sealed class HclSyntaxException(HclPosition position, string problem) : FormatException($"{position}: {problem}")
{
    public HclPosition Position { get; } = position;
}
