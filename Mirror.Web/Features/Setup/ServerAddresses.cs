using Microsoft.AspNetCore.Hosting.Server;
using Mirror.Core.Addresses;
using Mirror.Core.Configuration;
using Mirror.Web.Hosting;

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

internal sealed class RunningServerAddresses(MirrorOptions options, IServer server, CertificateHolder certificate) : ServerAddresses
{
    public override string? AuthorityPath => certificate.Loaded?.AuthorityPath;

    public override ClientConfiguration ConfigurationFor(NamespacePath group, Uri visited) => ClientConfiguration.For(options, group, visited, Listeners.Bound(server).Https);
}
