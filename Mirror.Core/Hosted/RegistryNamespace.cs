using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Mirror.Core.Addresses;
using Mirror.Core.Database;

namespace Mirror.Core.Hosted;

/// <summary>A namespace at this instance's own hostname, into which one root group publishes.</summary>
/// <param name="Name">Such as <c>acme</c> in <c>mirror.example.com/acme/vpc/aws</c>.</param>
/// <param name="Group">The root group.</param>
/// <param name="Keys">Oldest first.</param>
public sealed record RegistryNamespace(
    string Name, NamespacePath Group, DateTimeOffset CreatedAt, string CreatedBy, IReadOnlyList<PublishingKey> Keys)
{
    /// <summary>The maximum length of a name, in characters: that of a module's namespace.</summary>
    public const int MaxName = 64;

    [JsonIgnore]
    public long Id { get; init; }

    [JsonIgnore]
    public long RootGroupId { get; init; }

    /// <summary>The newest active key with which this instance signs, or null.</summary>
    [JsonIgnore]
    public PublishingKey? SigningKey { get; } = Keys.LastOrDefault(key => key is { State: PublishingKeyState.Active, SignsHere: true });

    /// <summary>Why versions are withheld, by the fingerprint of the revoked key that signed them.</summary>
    [JsonIgnore]
    public IReadOnlyDictionary<string, string> RevokedKeys { get; } = Keys
        .Where(key => key.State == PublishingKeyState.Revoked)
        .ToDictionary(key => key.Fingerprint, key => $"the key {key.Fingerprint} that signed it was revoked: {key.Reason}");

    /// <summary>
    /// Whether the text can be the namespace of both a provider and a module, in lower case. Otherwise one of them could not be addressed.
    /// </summary>
    public static bool IsName(string text) =>
        text.Length <= MaxName
        && ProviderAddress.TryParse($"localhost/{text}/x", out var provider)
        && provider.Namespace == text
        && ModuleAddress.TryParse($"{text}/x/x", out _);
}

/// <param name="Name">Such as <c>acme</c>: lower-case letters, digits, and single <c>-</c> or <c>_</c> between them.</param>
public sealed record NewRegistryNamespace([MaxLength(RegistryNamespace.MaxName)] string Name);

/// <summary>The registry namespaces of a root group.</summary>
/// <param name="Items">By name.</param>
public sealed record RegistryNamespaceList(IReadOnlyList<RegistryNamespace> Items);

public enum RegistryNamespaceDeletion
{
    Deleted,
    NotFound,

    /// <summary>It contains providers or modules, or a route leads to it.</summary>
    InUse,
}

/// <summary>An OpenPGP key of a registry namespace.</summary>
/// <param name="Fingerprint">Of the primary key: 40 hexadecimal digits.</param>
/// <param name="Algorithm">For display, such as <c>RSA 4096</c>.</param>
/// <param name="SignsHere">This instance has the private key, and signs imported providers with it.</param>
/// <param name="ChangedAt">When the key was retired or revoked.</param>
/// <param name="Reason">Why the key was retired or revoked.</param>
public sealed record PublishingKey(
    string Fingerprint,
    string? Owner,
    string? Algorithm,
    PublishingKeyState State,
    bool SignsHere,
    DateTimeOffset AddedAt,
    string AddedBy,
    DateTimeOffset? ChangedAt,
    string? Reason)
{
    /// <summary>The public key.</summary>
    [JsonIgnore]
    public string AsciiArmor { get; init; } = "";
}
