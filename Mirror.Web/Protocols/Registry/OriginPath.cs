using Mirror.Core.Addresses;

namespace Mirror.Web.Protocols.Registry;

/// <summary>
/// An address <c>{namespace path}/{hostname}/{service}/…</c> of an origin's protocol; without a namespace path it is <c>default</c>'s.
/// </summary>
/// <param name="Tail">What follows the service.</param>
internal sealed record OriginPath(NamespacePath Namespace, string Hostname, string[] Tail)
{
    /// <summary>
    /// The ways to read an address. What follows the namespace path is told by counting from the right, and as its number
    /// of parts differs there may be two ways; the caller knows which one means something.
    /// </summary>
    /// <param name="tails">How many parts may follow the service.</param>
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
