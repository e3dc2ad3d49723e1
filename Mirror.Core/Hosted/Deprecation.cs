using System.ComponentModel.DataAnnotations;
using Mirror.Core.Addresses;

namespace Mirror.Core.Hosted;

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

    /// <summary>The message with the link.</summary>
    internal string Text => Link is null ? Message : $"{Message} See {Link}";
}

/// <param name="Message">A sentence for users, such as what to use instead. One line of text.</param>
/// <param name="Link">A URL with more information, https or http.</param>
public sealed record NewDeprecation(
    [MaxLength(Deprecation.MaxMessage)] string Message, [MaxLength(Deprecation.MaxLink)] string? Link = null)
{
    /// <summary>Describes the first fault of the text, or null. Terminals show it, so it may contain no control characters.</summary>
    public string? Check() =>
        string.IsNullOrWhiteSpace(Message) ? "message: expected a text, such as what to use instead."
        : Message.Any(char.IsControl) ? "message: expected one line of text without control characters."
        : Link is not null && !(Uri.TryCreate(Link, UriKind.Absolute, out var url) && url.Scheme is "https" or "http" && !Link.Any(char.IsControl))
            ? $"link: '{Link}' is not a URL; expected one such as 'https://example.com/news'."
        : null;
}

/// <summary>The deprecations of a provider or module.</summary>
/// <param name="Items">That of all versions first, if there is one.</param>
public sealed record DeprecationList(IReadOnlyList<Deprecation> Items)
{
    public static DeprecationList None { get; } = new([]);

    /// <summary>The maximum number of versions with a warning.</summary>
    private const int MaxWarnings = 20;

    /// <summary>
    /// Sentences for clients, which print all of them, regardless of the version that they install. The newest versions come first.
    /// </summary>
    /// <param name="offered">The versions that clients see.</param>
    public IReadOnlyList<string> ToWarnings(ISourceAddress source, IReadOnlySet<ProviderVersion> offered) =>
    [
        .. Items.Where(item => item.Version is null).Select(item => $"{source.Display} is deprecated: {item.Text}"),
        .. Items.Where(item => item.Version is not null && offered.Contains(item.Version))
            .OrderByDescending(item => item.Version!.SortKey, StringComparer.Ordinal)
            .Take(MaxWarnings)
            .Select(item => $"Version {item.Version} of {source.Display} is deprecated: {item.Text}"),
    ];

    /// <summary>The deprecation of a version: its own, otherwise that of all versions.</summary>
    public Deprecation? Of(ProviderVersion version) =>
        Items.FirstOrDefault(item => item.Version == version) ?? Items.FirstOrDefault(item => item.Version is null);
}
