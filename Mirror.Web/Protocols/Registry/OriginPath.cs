using Mirror.Core.Addresses;

namespace Mirror.Web.Protocols.Registry;

/// <summary>
/// A path <c>{namespace path}/{hostname}/{service}/…</c> of an origin's protocol; without a namespace path it belongs to <c>default</c>.
/// </summary>
/// <param name="Tail">The segments after the service.</param>
internal sealed record OriginPath(NamespacePath Namespace, string Hostname, string[] Tail)
{
    /// <summary>
    /// Returns the possible readings of a path. The namespace path ends where counting segments from the right says. The number of those
    /// segments varies, so there may be two readings; the caller knows which one is valid.
    /// </summary>
    /// <param name="tails">The possible numbers of segments after the service.</param>
    public static IEnumerable<OriginPath> Read(string? path, string service, params int[] tails)
    {
        string[] parts = (path ?? "").Split('/');
        foreach (int tail in tails)
        {
            int at = parts.Length - tail - 1;
            if (at < 1 || parts[at] != service)
            {
                continue;
            }

            if (at == 1)
            {
                yield return new OriginPath(NamespacePath.Default, parts[0], parts[2..]);
            }
            else if (NamespacePath.TryParse(string.Join('/', parts[..(at - 1)]), out var ns))
            {
                yield return new OriginPath(ns, parts[at - 1], parts[(at + 1)..]);
            }
        }
    }
}
