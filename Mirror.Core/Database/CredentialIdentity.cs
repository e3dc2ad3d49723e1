namespace Mirror.Core.Database;

/// <summary>
/// Identifies the credential of a request to an origin. It is part of the key of cached documents and running fetches, so that one group's
/// token never serves another's request. Content fetched with a credential is never anonymous.
/// </summary>
public sealed record CredentialIdentity
{
    /// <summary>The prefix of the value of every <see cref="Caller"/>.</summary>
    internal const string CallerPrefix = "caller:";

    private CredentialIdentity(string value) => Value = value;

    public static CredentialIdentity None { get; } = new("none");

    /// <summary>A token from the server's own configuration or environment.</summary>
    public static CredentialIdentity Server { get; } = new("server");

    public string Value { get; }

    public bool IsNone => this == None;

    /// <summary>A variable of a namespace.</summary>
    public static CredentialIdentity Namespace(long namespaceId) => new(FormattableString.Invariant($"namespace:{namespaceId}"));

    /// <summary>A token issued by this instance for a federated registry of a namespace.</summary>
    public static CredentialIdentity Federated(long namespaceId) => new(FormattableString.Invariant($"federated:{namespaceId}"));

    /// <summary>A token sent with one request.</summary>
    public static CredentialIdentity Caller(Guid work) => new($"{CallerPrefix}{work:N}");

    /// <summary>The identity stored in a row.</summary>
    internal static CredentialIdentity Recorded(string value) => new(value);

    public override string ToString() => Value;
}
