namespace Mirror.Core.Configuration;

/// <summary>A key that the configuration may contain, as the reference in docs/configuration.md lists it.</summary>
/// <param name="Path">Such as <c>Mirror:Upstream:Hosts:{n}:Name</c>, in which <c>{n}</c> is the index of a list.</param>
/// <param name="Form">The accepted values, such as <c>duration, at least 1s</c>.</param>
/// <param name="Default">The value if the key is absent; null if there is none, or if it is not a constant.</param>
/// <param name="Choices">The enumeration whose names are accepted, if it is one.</param>
/// <param name="IsSecret">The value is never shown.</param>
public sealed record ConfigurationKey(string Path, string Form, object? Default = null, Type? Choices = null, bool IsSecret = false);
