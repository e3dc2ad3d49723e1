using Mirror.Core.Addresses;
using Mirror.Core.Database;

namespace Mirror.Core.Hosted;

/// <summary>A namespace at this instance's own hostname, into which one root group publishes.</summary>
/// <param name="Name">Such as <c>acme</c> in <c>mirror.example.com/acme/vpc/aws</c>.</param>
/// <param name="Group">The root group.</param>
/// <param name="Keys">Oldest first.</param>
public sealed record RegistryNamespace(
    string Name, NamespacePath Group, DateTimeOffset CreatedAt, string CreatedBy, IReadOnlyList<PublishingKey> Keys);

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
    string? Reason);

/// <summary>The advice of a publisher not to use a provider, a module or one of its versions any more.</summary>
/// <param name="Source">The address of the provider or module.</param>
/// <param name="Version">Null for all versions.</param>
/// <param name="Message">Shown by clients as a warning.</param>
/// <param name="Link">A URL with more information.</param>
public sealed record Deprecation(
    string Source, ProviderVersion? Version, string Message, string? Link, DateTimeOffset CreatedAt, string CreatedBy)
{
    /// <summary>In characters.</summary>
    public const int MaxMessage = 500;

    /// <summary>In characters.</summary>
    public const int MaxLink = 2000;
}
