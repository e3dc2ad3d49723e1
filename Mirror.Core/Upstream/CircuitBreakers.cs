using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Mirror.Core.Configuration;

namespace Mirror.Core.Upstream;

/// <summary>One circuit breaker per host.</summary>
public sealed class CircuitBreakers(UpstreamLimits limits, TimeProvider time, ILogger log)
{
    private const int MaxHosts = 2000;
    private readonly ConcurrentDictionary<string, CircuitBreaker> _breakers = new();

    /// <summary>The hosts that are currently suspended.</summary>
    public IReadOnlyList<string> SuspendedHosts =>
        [.. _breakers.Where(entry => entry.Value.IsOpen).Select(entry => entry.Key).Order(StringComparer.Ordinal)];

    /// <summary>Every host queried since the start.</summary>
    public IReadOnlyList<HostHealth> Hosts =>
        [.. _breakers.Select(entry => entry.Value.Describe()).OrderBy(host => host.Host, StringComparer.Ordinal)];

    internal CircuitBreaker Of(Uri url)
    {
        if (_breakers.Count >= MaxHosts)
        {
            // Documents can name arbitrary hosts, so the number is bounded; hosts without failures can be dropped.
            foreach (var (host, breaker) in _breakers)
            {
                if (breaker.Describe().Healthy || _breakers.Count >= 2 * MaxHosts)
                {
                    _breakers.TryRemove(host, out _);
                }
            }
        }

        return _breakers.GetOrAdd(url.Authority, host => new CircuitBreaker(host, limits, time, log));
    }
}
