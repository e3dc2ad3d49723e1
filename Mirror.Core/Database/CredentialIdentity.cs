namespace Mirror.Core.Database;

/// <summary>
/// Whose authority a request to an origin carries. Cached documents and running fetches are told apart by it, so that one
/// group's token never answers another's request; what was fetched with a credential is never anonymous.
/// </summary>
public sealed record CredentialIdentity
{
    /// <summary>What the value of every <see cref="Caller"/> begins with.</summary>
    internal const string CallerPrefix = "caller:";

    private CredentialIdentity(string value) => Value = value;

    public static CredentialIdentity None { get; } = new("none");

    /// <summary>A token from the server's own configuration or environment.</summary>
    public static CredentialIdentity Server { get; } = new("server");

    public string Value { get; }

    public bool IsNone => this == None;

    /// <summary>A variable of a namespace.</summary>
    public static CredentialIdentity Namespace(long namespaceId) => new(FormattableString.Invariant($"namespace:{namespaceId}"));

    /// <summary>A token made here for a registry that a namespace names as federated.</summary>
    public static CredentialIdentity Federated(long namespaceId) => new(FormattableString.Invariant($"federated:{namespaceId}"));

    /// <summary>A token that came along with one piece of work.</summary>
    public static CredentialIdentity Caller(Guid work) => new($"{CallerPrefix}{work:N}");

    /// <summary>As a row has it.</summary>
    internal static CredentialIdentity Recorded(string value) => new(value);

    public override string ToString() => Value;
}
