using Mirror.Core.Access;
using Mirror.Core.Database;
using Mirror.Web.Features.Mirrors;

namespace Mirror.Web.Features.Groups;

/// <summary>Whom a command gives a role: a user, a service account, or a group of the OpenID provider.</summary>
internal sealed record MemberReference(PrincipalName? Principal, string? OidcGroup)
{
    public const string OidcGroupPrefix = "oidc-group:";

    /// <exception cref="FormatException">It names nobody.</exception>
    public static MemberReference Parse(string text) => text.StartsWith(OidcGroupPrefix, StringComparison.Ordinal)
        ? text.Length > OidcGroupPrefix.Length
            ? new MemberReference(null, text[OidcGroupPrefix.Length..])
            : throw new FormatException($"'{text}' names no group; expected one as the OpenID provider names it, such as '{OidcGroupPrefix}platform-team'.")
        : new MemberReference(PrincipalName.Parse(text), null);

    public static string Show(PrincipalDocument principal) => principal.Name;

    public static string Show(GroupMappingDocument mapping) => OidcGroupPrefix + mapping.OidcGroup;

    public static string Kind(PrincipalDocument principal) => principal.Kind == PrincipalKind.User ? "user" : "service account";

    public override string ToString() => Principal?.ToString() ?? OidcGroupPrefix + OidcGroup;
}
