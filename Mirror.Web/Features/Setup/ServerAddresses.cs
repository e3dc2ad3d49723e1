using Mirror.Core.Addresses;

namespace Mirror.Web.Features.Setup;

/// <summary>The URL at which clients reach this instance, and the certificate authority that they must trust.</summary>
public abstract class ServerAddresses
{
    /// <summary>A PEM file on the server; null with a configured certificate or without HTTPS.</summary>
    public abstract string? AuthorityPath { get; }

    /// <param name="group">The group whose mirror is used.</param>
    /// <param name="visited">The URL of the open page.</param>
    public abstract ClientConfiguration ConfigurationFor(NamespacePath group, Uri visited);
}
