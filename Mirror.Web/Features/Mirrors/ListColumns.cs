namespace Mirror.Web.Features.Mirrors;

/// <summary>The columns of the list of versions, in their order; the provider always comes first.</summary>
public sealed record ListColumns
{
    public const string Version = "version", Trust = "trust", Platforms = "platforms", Size = "size", Cached = "cached", CachedBy = "by", Used = "used";

    private const char Separator = '.';

    private ListColumns(IReadOnlyList<string> shown) => Shown = shown;

    /// <summary>All columns in their usual order.</summary>
    public static IReadOnlyList<string> All { get; } = [Version, Trust, Platforms, Size, Cached, CachedBy, Used];

    public static ListColumns Default { get; } = new(All);

    public IReadOnlyList<string> Shown { get; }

    /// <summary>The columns named in the cookie; all if there is none.</summary>
    public static ListColumns Parse(string? cookie) =>
        cookie is null ? Default : Of(cookie.Split(Separator, All.Count + 1));

    /// <summary>The columns with these names; unknown and repeated names are ignored.</summary>
    public static ListColumns Of(IEnumerable<string> names) => new([.. names.Where(All.Contains).Distinct()]);

    /// <summary>The columns in order for choosing: those shown, then the others.</summary>
    public IEnumerable<string> Choices => Shown.Concat(All.Except(Shown));

    public static string NameOf(string column) => column switch
    {
        Version => Texts.ColumnVersion,
        Trust => Texts.ColumnTrust,
        Platforms => Texts.ColumnPlatforms,
        Size => Texts.ColumnSize,
        Cached => Texts.ColumnCached,
        CachedBy => Texts.ColumnCachedBy,
        _ => Texts.ColumnUsed,
    };

    public bool Equals(ListColumns? other) => other is not null && Shown.SequenceEqual(other.Shown);

    public override int GetHashCode() => ToString().GetHashCode(StringComparison.Ordinal);

    /// <summary>The value of the cookie.</summary>
    public override string ToString() => string.Join(Separator, Shown);
}
