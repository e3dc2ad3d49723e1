using Mirror.Core.Addresses;

namespace Mirror.Web.Features.Setup;

/// <summary>Where clients reach this instance and which certificate authority they must trust.</summary>
public abstract class ServerAddresses
{
    /// <summary>A PEM file on the server; null where the operator brought a certificate, or HTTPS is off.</summary>
    public abstract string? AuthorityPath { get; }

    /// <param name="group">Whose mirror it is.</param>
    /// <param name="visited">The URL under which the page was opened.</param>
    public abstract ClientConfiguration ConfigurationFor(NamespacePath group, Uri visited);
}
