using System.ComponentModel.DataAnnotations;

namespace Mirror.Core.Credentials;

/// <summary>A variable as shown to users who manage variables.</summary>
/// <param name="Name"><c>TF_TOKEN_</c> and the host in Terraform's encoding.</param>
/// <param name="Host">The host that receives it.</param>
/// <param name="Group">The group or workspace that sets it.</param>
/// <param name="Inherited">Whether it is inherited from a group above.</param>
/// <param name="Value">Null if it is sensitive or inherited.</param>
public sealed record Variable(
    string Name, string Host, string Group, bool Inherited, bool Sensitive, string? Value, DateTimeOffset ChangedAt, string ChangedBy)
{
    // The value stays out of logs and messages.
    public override string ToString() => Name;
}

/// <summary>The variables that apply to a group or workspace.</summary>
public sealed record VariableList(IReadOnlyList<Variable> Items);

/// <param name="Value">The token; write-only if it is sensitive.</param>
/// <param name="Sensitive">Whether it is never shown again.</param>
public sealed record NewVariable([MaxLength(Variables.MaxLength)] string Value, bool Sensitive = false)
{
    public override string ToString() => Sensitive ? "a sensitive value" : "a value";
}
