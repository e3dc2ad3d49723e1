using Mirror.Core.Addresses;
using Mirror.Core.Database;
using Mirror.Core.Policy;

namespace Mirror.Web.Features.Policy;

/// <summary>The form of a new policy rule, with its validation.</summary>
public sealed class PolicyRuleForm
{
    public PolicyRuleKind Kind { get; set; } = PolicyRuleKind.Deny;

    public string Provider { get; set; } = "";

    public string Versions { get; set; } = "";

    public string Comment { get; set; } = "";

    public string? ProviderProblem => ProviderPattern.TryParse(Provider.Trim(), out _)
        ? null
        : Provider.Trim().Length == 0
            ? "Enter the providers, such as hashicorp/aws or community/*."
            : $"“{Provider.Trim()}” is not a provider pattern; expected namespace/type or hostname/namespace/type, each part a name or *.";

    public string? VersionsProblem => Versions.Trim().Length == 0 || VersionConstraint.TryParse(Versions, out _)
        ? null
        : $"“{Versions.Trim()}” is not a version constraint; expected conditions such as ~> 5.0 or >= 4.1, < 6.0, or empty for all.";

    public bool IsValid => ProviderProblem is null && VersionsProblem is null;

    /// <summary>Call only on a valid form.</summary>
    public (ProviderPattern Provider, VersionConstraint? Versions, string? Comment) Parse() => (
        ProviderPattern.Parse(Provider.Trim()),
        Versions.Trim().Length == 0 ? null : VersionConstraint.Parse(Versions.Trim()),
        Comment.Trim().Length == 0 ? null : Comment.Trim()[..Math.Min(Comment.Trim().Length, PolicyRule.MaxComment)]);
}
