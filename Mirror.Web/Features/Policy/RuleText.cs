using Mirror.Core.Policy;
using Mirror.Web.Ui;
using Mirror.Web.Ui.Widgets;

namespace Mirror.Web.Features.Policy;

/// <summary>Describes a rule.</summary>
public static class RuleText
{
    /// <returns><c>Deny hashicorp/aws &gt;= 6.0</c></returns>
    public static string Describe(PolicyRule rule) => $"{PolicyKindText.Of(rule.Kind).Name} {Subject(rule)}";

    public static string Versions(PolicyRule rule) => rule.Versions?.ToString() ?? Texts.EveryVersion;

    /// <summary>The users who added the rule and who changed it last.</summary>
    /// <param name="preferences">Of the page, for the time zone.</param>
    public static string Origin(PolicyRule rule, Preferences? preferences)
    {
        string added = rule is { CreatedAt: { } at, CreatedBy: { } by } ? Texts.AddedBy.With(by, RelativeTimeText.Exact(at, preferences)) : Ui.Texts.Unknown;
        return rule is { ChangedAt: { } changed, ChangedBy: { } who } ? $"{added}\n{Texts.ChangedBy.With(who, RelativeTimeText.Exact(changed, preferences))}" : added;
    }

    private static string Subject(PolicyRule rule) =>
        rule.Versions is null ? rule.Provider.Display : $"{rule.Provider.Display} {rule.Versions}";
}
