namespace Mirror.Core.Configuration;

/// <param name="Key">The configuration key, such as <c>Mirror:Upstream:Mode</c>.</param>
/// <param name="Problem">The value found and what was expected; never the value of a secret.</param>
public sealed record ConfigurationFault(string Key, string Problem)
{
    public override string ToString() => $"{Key}: {Problem}";
}

/// <summary>The configuration is not valid; the message lists every fault.</summary>
public sealed class InvalidConfigurationException(IReadOnlyList<ConfigurationFault> faults)
    : Exception("The configuration is not valid:" + string.Concat(faults.Select(fault => $"{Environment.NewLine}  {fault}")))
{
    public IReadOnlyList<ConfigurationFault> Faults { get; } = faults;
}
