using System.ComponentModel.DataAnnotations;
using Mirror.Core.Addresses;

namespace Mirror.Core.Hosted.Publishing;

/// <summary>A Git repository whose tags are published as versions of a module.</summary>
/// <param name="Repository">The https URL.</param>
/// <param name="TagPrefix">The text before the version in a tag.</param>
/// <param name="Subdirectory">The module's directory in the repository; empty for the root.</param>
/// <param name="WebhookUrl">The URL to which the forge delivers tags.</param>
/// <param name="LastDeliveryAt">When the last delivery with a valid signature arrived.</param>
/// <param name="LastTag">The tag that was published last, or could not be published.</param>
/// <param name="LastProblem">Why the last tag was not published; null if it was.</param>
/// <param name="PendingTags">Tags that are not published yet, oldest first.</param>
public sealed record ModuleSource(
    ModuleAddress Module,
    string Repository,
    ForgeKind Forge,
    string TagPrefix,
    string Subdirectory,
    string WebhookUrl,
    DateTimeOffset CreatedAt,
    string CreatedBy,
    DateTimeOffset? LastDeliveryAt,
    string? LastTag,
    string? LastProblem,
    IReadOnlyList<string> PendingTags);

/// <summary>The module sources of a root group.</summary>
/// <param name="Items">By module.</param>
public sealed record ModuleSourceList(IReadOnlyList<ModuleSource> Items);

/// <param name="Repository">An https URL without credentials.</param>
/// <param name="Forge">Null if it follows from the hostname of the repository.</param>
/// <param name="TagPrefix">The text before the version in a tag.</param>
/// <param name="Subdirectory">The module's directory in the repository; empty for the root.</param>
public sealed record NewModuleSource(
    [MaxLength(NewModuleSource.MaxRepository)] string Repository,
    ForgeKind? Forge = null,
    [MaxLength(NewModuleSource.MaxTagPrefix)] string TagPrefix = NewModuleSource.DefaultTagPrefix,
    [MaxLength(NewModuleSource.MaxSubdirectory)] string Subdirectory = "")
{
    /// <summary>In characters.</summary>
    public const int MaxRepository = 1000;

    /// <summary>In characters.</summary>
    public const int MaxTagPrefix = 100;

    /// <summary>In characters.</summary>
    public const int MaxSubdirectory = 200;

    public const string DefaultTagPrefix = "v";
}

/// <summary>A module source with the secret of its webhook, which is shown only now.</summary>
public sealed record CreatedModuleSource(ModuleSource Source, string Secret)
{
    // The secret stays out of logs and messages.
    public override string ToString() => $"{Source.Module}";
}

/// <param name="Secret">The signing token that GitLab generated; null to generate a secret here.</param>
public sealed record NewWebhookSecret([MaxLength(WebhookSecret.MaxLength)] string? Secret = null)
{
    public override string ToString() => "a secret";
}

/// <param name="Tag">Such as <c>v1.2.3</c>: the prefix of the module source, and a version.</param>
public sealed record NewModuleTag([MaxLength(ModuleTag.MaxLength)] string Tag);

/// <summary>A module version that was published from a tag.</summary>
/// <param name="Commit">The commit that the tag names.</param>
public sealed record PublishedTag(ModuleAddress Module, ProviderVersion Version, string Tag, string Commit);
