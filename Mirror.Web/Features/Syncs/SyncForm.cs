using System.Globalization;
using System.Text;
using Mirror.Core.Addresses;
using Mirror.Core.Fetching.Documents;
using Mirror.Core.Sync;

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
        Provider.Trim().Length == 0 ? "Enter a provider, such as hashicorp/aws."
        : Address is null ? $"“{Provider.Trim()}” is not a provider; expected namespace/type or hostname/namespace/type, such as hashicorp/aws."
        : null;

    public string? VersionsProblem => IsLatest || VersionConstraint.TryParse(Versions, out _)
        ? null
        : $"“{Versions.Trim()}” is not a version constraint; expected conditions such as ~> 5.0 or >= 4.1, < 6.0.";

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

    public bool IsChosen(Platform platform) => _chosen.Contains(platform);

    public void Toggle(Platform platform)
    {
        if (!_chosen.Remove(platform))
        {
            _chosen.Add(platform);
        }
    }

    public void ReadLockFile(string name, ReadOnlySpan<byte> content)
    {
        (LockFileName, Locked, LockFileProblem) = (name, [], null);
        try
        {
            var locked = DependencyLockFile.Parse(Encoding.UTF8.GetString(content));
            LockFileProblem = locked.Count switch
            {
                0 => $"{name} locks no providers; choose the .terraform.lock.hcl that terraform init wrote.",
                > SyncRequest.MaxProviders =>
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"{name} locks {locked.Count:N0} providers; at most {SyncRequest.MaxProviders:N0} can be synced in one request."),
                _ => null,
            };
            Locked = LockFileProblem is null ? locked : [];
        }
        catch (FormatException e)
        {
            LockFileProblem = $"{name} is not a dependency lock file: {e.Message}.";
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
            ?? "none";
        return (selected.Count, IsLatest) switch
        {
            (0, true) => "There is no stable version. To sync a prerelease, enter its exact version.",
            (0, false) => $"No version matches; the newest is {newest}.",
            (1, true) => $"The latest stable version is {selected[0]}, of {Count(Offered.Versions.Count(), "version")}.",
            (1, false) => $"Selects {selected[0]}.",
            (int count, _) => $"Selects {Count(count, "version")}: {string.Join(", ", selected.Take(3))}{(count > 3 ? string.Create(CultureInfo.InvariantCulture, $" and {count - 3:N0} more") : "")}.",
        };
    }

    /// <summary>Call only if <see cref="IsComplete"/>.</summary>
    public SyncRequest ToRequest()
    {
        var providers = FromLockFile ? Locked : [new SyncSelection(Address!, IsLatest ? null : VersionConstraint.Parse(Versions))];
        return new SyncRequest(providers, [.. _chosen.Where(Platforms.Contains).Order()], Force);
    }

    private static string Count(int number, string what) =>
        string.Create(CultureInfo.InvariantCulture, $"{number:N0} {what}{(number == 1 ? "" : "s")}");
}
