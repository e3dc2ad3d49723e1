namespace Mirror.Core.Configuration;

/// <summary>The OpenID provider that people may sign in with.</summary>
public sealed record OidcOptions
{
    public required Uri Authority { get; init; }

    public required string ClientId { get; init; }

    /// <summary>A secret; null: the provider knows this instance as a public client.</summary>
    public string? ClientSecret { get; init; }

    public IReadOnlyList<string> Scopes { get; init; } = ["openid", "profile", "email"];

    /// <summary>The claim with the names of groups; those in <c>roles</c> count as well.</summary>
    public string GroupsClaim { get; init; } = "groups";

    /// <summary>Whose members administer the instance; empty: that is decided here.</summary>
    public IReadOnlyList<string> AdminGroups { get; init; } = [];

    public override string ToString() => $"{ClientId} at {Authority}";
}
