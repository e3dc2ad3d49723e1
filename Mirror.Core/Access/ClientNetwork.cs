using System.Net;
using System.Net.Sockets;

namespace Mirror.Core.Access;

/// <summary>The network that identifies a client when clients are counted by address.</summary>
public static class ClientNetwork
{
    /// <summary>The address itself, or the /64 of an IPv6 address: an IPv6 host has any number of addresses in one network.</summary>
    public static IPAddress Of(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
        {
            return address.MapToIPv4();
        }

        if (address.AddressFamily != AddressFamily.InterNetworkV6 || IPAddress.IsLoopback(address))
        {
            return address;
        }

        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out _);
        bytes[8..].Clear();
        return new IPAddress(bytes);
    }
}
