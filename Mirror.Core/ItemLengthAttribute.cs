namespace Mirror.Core;

/// <summary>Bounds each text in a list, or each key and value in a dictionary, that comes from outside.</summary>
[AttributeUsage(AttributeTargets.Parameter | AttributeTargets.Property)]
public sealed class ItemLengthAttribute(int length) : Attribute
{
    /// <summary>In characters.</summary>
    public int Length { get; } = length;
}
