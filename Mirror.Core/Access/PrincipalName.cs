using System.Diagnostics.CodeAnalysis;
using Mirror.Core.Addresses;

namespace Mirror.Core.Access;

/// <summary>How members are named: a user by the name alone, a service account with its namespace in front, <c>platform/ci</c>.</summary>
/// <param name="Home">The namespace of a service account; null: it is a user.</param>
public sealed record PrincipalName(NamespacePath? Home, string Name)
{
    public static bool TryParse(string? text, [NotNullWhen(true)] out PrincipalName? name)
    {
        // Neither can hold the separator, and the name of a service account is one that a namespace could have.
        name = text?.Contains('/', StringComparison.Ordinal) == true
            ? NamespacePath.TryParse(text, out var path) ? new PrincipalName(path.Parent, path.Name) : null
            : UserName.TryParse(text, out var user) ? new PrincipalName(null, user.Value) : null;
        return name is not null;
    }

    public static PrincipalName Parse(string text) =>
        TryParse(text, out var name)
            ? name
            : throw new FormatException(
                $"'{text}' names no user or service account; expected a user's name, or a service account's such as 'platform/ci'.");

    public override string ToString() => Home is null ? Name : $"{Home}/{Name}";
}
