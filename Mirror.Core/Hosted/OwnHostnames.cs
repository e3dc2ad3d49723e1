using Mirror.Core.Addresses;
using Mirror.Core.Configuration;

namespace Mirror.Core.Hosted;

/// <summary>
/// The hostname of this instance as a registry: the host and port of <c>Mirror:PublicUrl</c>, and its other names in
/// <c>Mirror:Hosted:Hostnames</c>. Rows always have the current name.
/// </summary>
public sealed class OwnHostnames
{
    private readonly HashSet<ProviderHostname> _all;

    public OwnHostnames(MirrorOptions options)
    {
        Current = options.OwnHostname;
        All = Current is null ? [] : [Current, .. options.Hosted.Hostnames.Where(other => other != Current).Distinct()];
        _all = [.. All];
    }

    /// <summary>Null if nothing can be published, because <c>Mirror:PublicUrl</c> is not set.</summary>
    public ProviderHostname? Current { get; }

    /// <summary>The current name first.</summary>
    public IReadOnlyList<ProviderHostname> All { get; }

    public bool IsOwn(ProviderHostname hostname) => _all.Contains(hostname);

    /// <summary>The current name of this instance for each of its names; other hostnames unchanged.</summary>
    public ProviderHostname Canonical(ProviderHostname hostname) => IsOwn(hostname) ? Current! : hostname;
}
