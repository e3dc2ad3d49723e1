namespace Mirror.Core.Database;

// Credentials for other hosts, and trust in other issuers.

/// <summary>A variable of a namespace, such as <c>TF_TOKEN_registry_example_com</c>.</summary>
public sealed class VariableRow
{
    public long Id { get; set; }

    public long NamespaceId { get; set; }

    public required string Name { get; set; }

    /// <summary>Encrypted.</summary>
    public required byte[] Value { get; set; }

    /// <summary>The value is never shown again.</summary>
    public bool Sensitive { get; set; }

    public DateTimeOffset ChangedAt { get; set; }

    public required string ChangedBy { get; set; }
}

/// <summary>An external OIDC issuer whose tokens are accepted for a service account.</summary>
public sealed class FederatedIdentityRow
{
    public long Id { get; set; }

    /// <summary>The service account.</summary>
    public long PrincipalId { get; set; }

    public PrincipalRow Principal { get; set; } = null!;

    public required string Issuer { get; set; }

    public required string Audience { get; set; }

    /// <summary>The required claims, as a JSON object of patterns by claim.</summary>
    public required string Conditions { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    public required string CreatedBy { get; set; }
}

/// <summary>A remote registry that trusts this instance as an OIDC issuer.</summary>
public sealed class FederatedRegistryRow
{
    public long Id { get; set; }

    public long NamespaceId { get; set; }

    public required string Hostname { get; set; }

    /// <summary>The audience of tokens issued for it.</summary>
    public required string Audience { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    public required string CreatedBy { get; set; }
}

/// <summary>A key that signs the tokens of this instance as an OIDC issuer.</summary>
public sealed class IssuerKeyRow
{
    public long Id { get; set; }

    /// <summary>The <c>kid</c>.</summary>
    public required string KeyId { get; set; }

    /// <summary>PKCS#8, encrypted.</summary>
    public required byte[] PrivateKey { get; set; }

    /// <summary>SubjectPublicKeyInfo.</summary>
    public required byte[] PublicKey { get; set; }

    public DateTimeOffset CreatedAt { get; set; }
}
