using Mirror.Core.Addresses;
using Mirror.Core.Database;
using Mirror.Core.Policy;
using Mirror.Web.Ui.Widgets;

namespace Mirror.Web.Features.Policy;

/// <summary>The form of a policy rule, with its validation.</summary>
public sealed class PolicyRuleForm
{
    private readonly PolicyRule? _edited;

    public PolicyRuleForm()
    {
    }

    /// <param name="edited">The rule to change.</param>
    public PolicyRuleForm(PolicyRule edited) =>
        (_edited, Kind, Provider, Versions, Comment) =
            (edited, edited.Kind, edited.Provider.Display, edited.Versions?.ToString() ?? "", edited.Comment ?? "");

    public PolicyRuleKind Kind { get; set; } = PolicyRuleKind.Deny;

    public string Provider { get; set; } = "";

    public string Versions { get; set; } = "";

    public string Comment { get; set; } = "";

    public string? ProviderProblem => ProviderPattern.TryParse(Provider.Trim(), out _)
        ? null
        : Provider.Trim().Length == 0 ? Texts.ProvidersMissing : Texts.ProvidersInvalid.With(Provider.Trim());

    public string? VersionsProblem => Versions.Trim().Length == 0 || VersionConstraint.TryParse(Versions, out _)
        ? null
        : Texts.VersionsInvalid.With(Versions.Trim());

    /// <summary>The rule of a valid form; otherwise null.</summary>
    public PolicyRule? Rule => ProviderProblem is not null || VersionsProblem is not null
        ? null
        : new PolicyRule(
            _edited?.Id ?? 0,
            Kind,
            ProviderPattern.Parse(Provider.Trim()),
            Versions.Trim().Length == 0 ? null : VersionConstraint.Parse(Versions.Trim()),
            Comment.Trim().Length == 0 ? null : Comment.Trim()[..Math.Min(Comment.Trim().Length, PolicyRule.MaxComment)])
        {
            Enabled = _edited?.Enabled ?? true,
        };
}
