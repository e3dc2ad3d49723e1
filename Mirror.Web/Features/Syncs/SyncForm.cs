using System.Text;
using Mirror.Core.Addresses;
using Mirror.Core.Fetching.Documents;
using Mirror.Core.Sync;
using Mirror.Web.Ui.Widgets;

namespace Mirror.Web.Features.Syncs;

/// <summary>The form of the sync dialog, with its validation.</summary>
public sealed class SyncForm
{
    /// <summary>In bytes; lock files have a few kilobytes.</summary>
    public const int MaxLockFileSize = DependencyLockFile.MaxLength;

    // The usual platforms of providers, offered if the origin does not list any.
    private static readonly Platform[] CommonPlatforms =
    [
        .. new[] { "darwin_amd64", "darwin_arm64", "freebsd_amd64", "linux_386", "linux_amd64", "linux_arm", "linux_arm64", "windows_386", "windows_amd64", "windows_arm64" }
            .Select(Platform.Parse),
    ];

    // How many selected versions a sentence names.
    private const int Named = 3;

    private const int MaxSuggestions = 50;

    private readonly HashSet<Platform> _chosen = [];

    /// <summary>Whether a lock file lists the providers; otherwise the form names one.</summary>
    public bool FromLockFile { get; set; }

    public string Provider { get; set; } = "";

    public string Versions { get; set; } = "";

    public bool Force { get; set; }

    /// <summary>The versions of <see cref="Provider"/> at its origin; null while unknown.</summary>
    public OfferedVersions? Offered { get; set; }

    public string? LockFileName { get; private set; }

    public IReadOnlyList<SyncSelection> Locked { get; private set; } = [];

    public string? LockFileProblem { get; private set; }

    public ProviderAddress? Address => ProviderAddress.TryParse(Provider.Trim(), out var address) ? address : null;

    public string? ProviderProblem =>
        Provider.Trim().Length == 0 ? Texts.EnterProvider
        : Address is null ? Texts.InvalidProvider.With(Provider.Trim())
        : null;

    public string? VersionsProblem => IsLatest || VersionConstraint.TryParse(Versions, out _)
        ? null
        : Texts.InvalidVersions.With(Versions.Trim());

    public bool IsComplete => FromLockFile ? Locked.Count > 0 : ProviderProblem is null && VersionsProblem is null;

    /// <summary>The platforms to choose from: those of the selected versions, as far as the origin lists them.</summary>
    public IReadOnlyList<Platform> Platforms
    {
        get
        {
            var offered = Selected.SelectMany(version => Offered!.Versions.First(item => item.Version == version).Platforms)
                .Distinct()
                .Order()
                .ToList();
            return FromLockFile || offered.Count == 0 ? CommonPlatforms : offered;
        }
    }

    /// <summary>The versions at the origin that match the constraint, newest first; empty while unknown.</summary>
    public IReadOnlyList<ProviderVersion> Selected => Offered is not null && VersionsProblem is null
        ? SyncSelector.SelectVersions(Offered, IsLatest ? null : VersionConstraint.Parse(Versions))
        : [];

    private bool IsLatest => Versions.Trim().Length == 0;

    /// <summary>The chosen platforms; none of them fetches all that the origin offers.</summary>
    public IReadOnlyCollection<Platform> Chosen => _chosen;

    public void Choose(IEnumerable<Platform> platforms)
    {
        _chosen.Clear();
        _chosen.UnionWith(platforms);
    }

    /// <summary>Versions and constraints to enter, for a beginning or a part.</summary>
    public IReadOnlyList<string> SuggestVersions(string? entered)
    {
        if (Offered is null)
        {
            return [];
        }

        var stable = Offered.Versions.Select(item => item.Version).Where(version => !version.IsPrerelease).ToList();
        var minors = stable.Select(version => string.Join('.', version.Value.Split('.').Take(2))).Distinct();
        var majors = stable.Select(version => version.Value.Split('.')[0]).Distinct();
        return [.. majors.Take(3).Select(major => $"~> {major}.0")
            .Concat(minors.Take(3).Select(minor => $"~> {minor}.0"))
            .Concat(Offered.Versions.Select(item => item.Version.Value))
            .Distinct()
            .Where(suggestion => suggestion.Contains(entered?.Trim() ?? "", StringComparison.Ordinal))
            .Take(MaxSuggestions)];
    }

    /// <summary>The packages to fetch; null while unknown.</summary>
    public SyncPreview? Preview()
    {
        if (FromLockFile || Offered is null || VersionsProblem is not null)
        {
            return null;
        }

        var selected = Selected.Select(version => Offered.Versions.First(item => item.Version == version)).ToList();
        // An origin that lists no platforms reveals them with each version.
        return selected.Exists(item => item.Platforms.Count == 0)
            ? null
            : new SyncPreview(
                [.. selected.Select(item => (item.Version, Platforms: Wanted(item.Platforms))).Where(item => item.Platforms.Count > 0)], null);
    }

    public void ReadLockFile(string name, ReadOnlySpan<byte> content)
    {
        (LockFileName, Locked, LockFileProblem) = (name, [], null);
        try
        {
            var locked = DependencyLockFile.Parse(Encoding.UTF8.GetString(content));
            LockFileProblem = locked.Count switch
            {
                0 => Texts.LocksNothing.With(name),
                > SyncRequest.MaxProviders => Texts.LocksTooMany.With(
                    name, SyncRequestText.Number(locked.Count), SyncRequestText.Number(SyncRequest.MaxProviders)),
                _ => null,
            };
            Locked = LockFileProblem is null ? locked : [];
        }
        catch (FormatException e)
        {
            LockFileProblem = Texts.NotALockFile.With(name, e.Message);
        }
    }

    public void RefuseLockFile(string name, string problem) => (LockFileName, Locked, LockFileProblem) = (name, [], problem);

    /// <summary>The result of the constraint as a sentence; null while unknown.</summary>
    public string? Describe()
    {
        if (Offered is null || VersionsProblem is not null)
        {
            return null;
        }

        var selected = Selected;
        string newest = Offered.Versions.FirstOrDefault(item => !item.Version.IsPrerelease)?.Version.Value
            ?? Offered.Versions.FirstOrDefault()?.Version.Value
            ?? Texts.NoVersions;
        int offered = Offered.Versions.Count();
        return (selected.Count, IsLatest) switch
        {
            (0, true) => Texts.NoStable,
            (0, false) => Texts.NoMatch.With(newest),
            (1, true) => (offered == 1 ? Texts.LatestOfOne : Texts.LatestOfMany).With(selected[0], SyncRequestText.Number(offered)),
            (1, false) => Texts.SelectsOne.With(selected[0]),
            ( > Named, _) => Texts.SelectsMore.With(
                SyncRequestText.Number(selected.Count),
                string.Join(", ", selected.Take(Named)),
                SyncRequestText.Number(selected.Count - Named)),
            _ => Texts.SelectsMany.With(SyncRequestText.Number(selected.Count), string.Join(", ", selected)),
        };
    }

    private IReadOnlyList<Platform> Wanted(IReadOnlyList<Platform> offered) =>
        [.. offered.Where(platform => _chosen.Count == 0 || _chosen.Contains(platform)).Order()];

    /// <summary>Call only if <see cref="IsComplete"/>.</summary>
    public SyncRequest ToRequest()
    {
        var providers = FromLockFile ? Locked : [new SyncSelection(Address!, IsLatest ? null : VersionConstraint.Parse(Versions))];
        return new SyncRequest(providers, [.. _chosen.Where(Platforms.Contains).Order()], Force);
    }
}
