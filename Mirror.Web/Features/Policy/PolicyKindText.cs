using Mirror.Core.Database;
using MudBlazor;

namespace Mirror.Web.Features.Policy;

/// <summary>The display of a kind of rule.</summary>
/// <param name="Name">On a button or in a list.</param>
/// <param name="Meaning">The effect of such a rule.</param>
public sealed record PolicyKindText(string Name, string Meaning, string Icon, Color Color)
{
    /// <summary>In the order in which a form offers them.</summary>
    public static IReadOnlyList<PolicyRuleKind> Kinds { get; } = [PolicyRuleKind.Deny, PolicyRuleKind.Allow, PolicyRuleKind.AllowUnsigned];

    public static PolicyKindText Of(PolicyRuleKind kind) => kind switch
    {
        PolicyRuleKind.Deny => new(Texts.Deny, Texts.DenyMeaning, Icons.Material.Outlined.Block, Color.Error),
        PolicyRuleKind.Allow => new(Texts.Allow, Texts.AllowMeaning, Icons.Material.Outlined.CheckCircle, Color.Success),
        _ => new(Texts.AllowUnsigned, Texts.AllowUnsignedMeaning, Icons.Material.Outlined.NoEncryption, Color.Warning),
    };
}
