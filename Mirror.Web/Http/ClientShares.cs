using System.Collections.Concurrent;
using System.Net;
using Mirror.Core.Access;

namespace Mirror.Web.Http;

/// <summary>Which limit a client exceeds.</summary>
internal enum ShareRefusal
{
    None,

    /// <summary>The limit for all clients together.</summary>
    InAll,

    /// <summary>The limit for the client's address.</summary>
    PerAddress,
}

/// <summary>
/// Limits how many of something clients hold concurrently, in total and per address. The local machine and trusted proxies, whose
/// address many clients share, count only towards the total.
/// </summary>
internal sealed class ClientShares(int inAll, int perAddress, IReadOnlyList<IPNetwork> trustedProxies)
{
    private readonly ConcurrentDictionary<IPAddress, int> _held = new();
    private int _total;

    /// <summary>How many are held now.</summary>
    public int Total => Volatile.Read(ref _total);

    /// <param name="address">The client's address; null if it has none, such as a pipe.</param>
    /// <param name="refusal">The limit that was reached.</param>
    /// <returns>The share, to be disposed after use; null if refused.</returns>
    public IDisposable? TryTake(IPAddress? address, out ShareRefusal refusal)
    {
        if (Interlocked.Increment(ref _total) > inAll)
        {
            Interlocked.Decrement(ref _total);
            refusal = ShareRefusal.InAll;
            return null;
        }

        var client = address is null || IsExempt(address) ? null : ClientNetwork.Of(address);
        if (client is not null && _held.AddOrUpdate(client, 1, (_, held) => held + 1) > perAddress)
        {
            Return(client);
            refusal = ShareRefusal.PerAddress;
            return null;
        }

        refusal = ShareRefusal.None;
        return new Share(this, client);
    }

    /// <summary>Returns the limit that would refuse the address now.</summary>
    public ShareRefusal FindRefusal(IPAddress? address) =>
        Total >= inAll ? ShareRefusal.InAll
        : address is not null
            && !IsExempt(address)
            && _held.GetValueOrDefault(ClientNetwork.Of(address)) >= perAddress ? ShareRefusal.PerAddress
        : ShareRefusal.None;

    /// <summary>Whether the address is the local machine's or a trusted proxy's.</summary>
    public bool IsExempt(IPAddress address)
    {
        address = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return IPAddress.IsLoopback(address) || trustedProxies.Any(network => network.Contains(address));
    }

    private void Return(IPAddress? client)
    {
        Interlocked.Decrement(ref _total);
        while (client is not null && _held.TryGetValue(client, out int held))
        {
            // An entry without shares would otherwise remain for every address ever seen.
            if (held > 1 ? _held.TryUpdate(client, held - 1, held) : _held.TryRemove(new KeyValuePair<IPAddress, int>(client, held)))
            {
                break;
            }
        }
    }

    private sealed class Share(ClientShares shares, IPAddress? client) : IDisposable
    {
        private int _returned;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _returned, 1) == 0)
            {
                shares.Return(client);
            }
        }
    }
}
