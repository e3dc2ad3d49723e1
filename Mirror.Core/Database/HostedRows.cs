using Mirror.Core.Addresses;

namespace Mirror.Core.Database;

// What a root group publishes at this instance's own hostname. Published packages themselves are rows of the catalog.

/// <summary>A namespace at this instance's own hostname, such as <c>acme</c>. One root group publishes into it.</summary>
public sealed class RegistryNamespaceRow
{
    public long Id { get; set; }

    public long RootGroupId { get; set; }

    /// <summary>Unique in the instance, in lower case.</summary>
    public required string Name { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    public required string CreatedBy { get; set; }
}

/// <summary>An OpenPGP key of a registry namespace, whose signatures its providers need.</summary>
public sealed class PublishingKeyRow
{
    public long Id { get; set; }

    public long NamespaceId { get; set; }

    public RegistryNamespaceRow Namespace { get; set; } = null!;

    /// <summary>Of the primary key: 40 hexadecimal digits.</summary>
    public required string Fingerprint { get; set; }

    public required string AsciiArmor { get; set; }

    public string? Owner { get; set; }

    /// <summary>For display, such as <c>RSA 4096</c>.</summary>
    public string? Algorithm { get; set; }

    public PublishingKeyState State { get; set; }

    /// <summary>The encrypted private key, if this instance signs with it; null if only the publisher has it.</summary>
    public byte[]? Secret { get; set; }

    public DateTimeOffset AddedAt { get; set; }

    public required string AddedBy { get; set; }

    /// <summary>When the key was retired or revoked.</summary>
    public DateTimeOffset? ChangedAt { get; set; }

    /// <summary>Why the key was retired or revoked.</summary>
    public string? Reason { get; set; }
}

/// <summary>The versions that a key of a registry namespace may sign.</summary>
public enum PublishingKeyState
{
    /// <summary>New versions may be signed with it.</summary>
    Active,

    /// <summary>It was replaced: versions that it signed stay available, but it signs no new ones.</summary>
    Retired,

    /// <summary>It is compromised: versions that it signed are withheld.</summary>
    Revoked,
}

/// <summary>The advice of a publisher not to use a provider, a module or one of its versions any more.</summary>
public sealed class DeprecationRow
{
    public long Id { get; set; }

    public long RootGroupId { get; set; }

    /// <summary>The address of the provider or module, with its hostname.</summary>
    public required string Source { get; set; }

    /// <summary>Empty for all versions.</summary>
    public required string Version { get; set; }

    public required string Message { get; set; }

    /// <summary>A URL with more information.</summary>
    public string? Link { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    public required string CreatedBy { get; set; }
}

/// <summary>
/// A version that was published and deleted. Its number is never published again, because lock files may have the hashes of its content.
/// It outlives its root group, whose registry namespaces others may create again.
/// </summary>
public sealed class UnpublishedVersionRow
{
    public long Id { get; set; }

    public long RootGroupId { get; set; }

    /// <summary>The address of the provider or module, with its hostname.</summary>
    public required string Source { get; set; }

    public required string Version { get; set; }

    public DateTimeOffset UnpublishedAt { get; set; }

    public required string UnpublishedBy { get; set; }
}

/// <summary>A namespace of another registry that a root group serves from its own registry namespace, without querying that registry.</summary>
public sealed class HostedRouteRow
{
    public long Id { get; set; }

    public long RootGroupId { get; set; }

    /// <summary>The hostname of the other registry.</summary>
    public required string Hostname { get; set; }

    /// <summary>The namespace there.</summary>
    public required string Namespace { get; set; }

    public long TargetId { get; set; }

    public RegistryNamespaceRow Target { get; set; } = null!;

    public DateTimeOffset CreatedAt { get; set; }

    public required string CreatedBy { get; set; }
}

/// <summary>A Git repository whose tags are published as versions of a module, when its forge calls a webhook.</summary>
public sealed class ModuleSourceRow
{
    public long Id { get; set; }

    /// <summary>The random part of the webhook's URL.</summary>
    public required string HookId { get; set; }

    public long NamespaceId { get; set; }

    public RegistryNamespaceRow Namespace { get; set; } = null!;

    public required string Name { get; set; }

    public required string System { get; set; }

    /// <summary>The https URL of the repository.</summary>
    public required string Repository { get; set; }

    public ForgeKind Forge { get; set; }

    /// <summary>The text before the version in a tag, such as <c>v</c> or <c>vpc/v</c>.</summary>
    public required string TagPrefix { get; set; }

    /// <summary>The module's directory in the repository; empty for the root.</summary>
    public required string Subdirectory { get; set; }

    /// <summary>The encrypted secret that the forge proves to know.</summary>
    public required byte[] Secret { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    public required string CreatedBy { get; set; }

    /// <summary>When the last delivery with a valid signature arrived.</summary>
    public DateTimeOffset? LastDeliveryAt { get; set; }

    public string? LastTag { get; set; }

    /// <summary>Why the last tag was not published; null if it was.</summary>
    public string? LastProblem { get; set; }

    public List<PendingTagRow> PendingTags { get; } = [];
}

/// <summary>A tag that a forge reported and that is not published yet. A server that stops meanwhile publishes it after its next start.</summary>
public sealed class PendingTagRow
{
    public long Id { get; set; }

    public long SourceId { get; set; }

    public ModuleSourceRow Source { get; set; } = null!;

    public required string Tag { get; set; }

    public DateTimeOffset ReceivedAt { get; set; }
}
