namespace Mirror.Core;

/// <summary>Limits the length of each text in a list, or of each key and value in a dictionary, in external input.</summary>
[AttributeUsage(AttributeTargets.Parameter | AttributeTargets.Property)]
public sealed class ItemLengthAttribute(int length) : Attribute
{
    /// <summary>In characters.</summary>
    public int Length { get; } = length;
}
