using System.Collections.Concurrent;
using System.Net;
using Mirror.Core.Access;

namespace Mirror.Web.Http;

/// <summary>Why a client gets no share.</summary>
internal enum ShareRefusal
{
    None,

    /// <summary>All clients together hold as many as there may be.</summary>
    InAll,

    /// <summary>This client's address does.</summary>
    PerAddress,
}

/// <summary>
/// How many of something clients may hold at once, in all and each. This machine and trusted proxies, behind which many
/// clients have one address, count in the total only.
/// </summary>
internal sealed class ClientShares(int inAll, int perAddress, IReadOnlyList<IPNetwork> trustedProxies)
{
    private readonly ConcurrentDictionary<IPAddress, int> _held = new();
    private int _total;

    /// <summary>How many are held now.</summary>
    public int Total => Volatile.Read(ref _total);

    /// <param name="address">Whose it is; null where it has no address, such as a pipe.</param>
    /// <param name="refusal">Why there is none.</param>
    /// <returns>To be disposed when it is no longer used; null: refused.</returns>
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

    /// <summary>Why one more would be refused to the address now.</summary>
    public ShareRefusal FindRefusal(IPAddress? address) =>
        Total >= inAll ? ShareRefusal.InAll
        : address is not null
            && !IsExempt(address)
            && _held.GetValueOrDefault(ClientNetwork.Of(address)) >= perAddress ? ShareRefusal.PerAddress
        : ShareRefusal.None;

    /// <summary>Whether the address stands for many clients, or for this machine.</summary>
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
            // An entry without shares would stay for every address that ever came.
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
