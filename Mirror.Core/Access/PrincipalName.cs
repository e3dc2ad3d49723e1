using System.Diagnostics.CodeAnalysis;
using Mirror.Core.Addresses;

namespace Mirror.Core.Access;

/// <summary>The name of a member: a user's name, or a service account's name with its namespace, <c>platform/ci</c>.</summary>
/// <param name="Home">The namespace of a service account; null for a user.</param>
public sealed record PrincipalName(NamespacePath? Home, string Name)
{
    public static bool TryParse(string? text, [NotNullWhen(true)] out PrincipalName? name)
    {
        // Neither part can contain the separator, and names of service accounts follow the rules for namespace names.
        name = text?.Contains('/', StringComparison.Ordinal) == true
            ? NamespacePath.TryParse(text, out var path) ? new PrincipalName(path.Parent, path.Name) : null
            : UserName.TryParse(text, out var user) ? new PrincipalName(null, user.Value) : null;
        return name is not null;
    }

    public static PrincipalName Parse(string text) =>
        TryParse(text, out var name)
            ? name
            : throw new FormatException(
                $"'{text}' is not the name of a user or service account; expected a user name, or a service account such as 'platform/ci'.");

    public override string ToString() => Home is null ? Name : $"{Home}/{Name}";
}
