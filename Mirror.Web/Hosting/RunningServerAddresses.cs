using Microsoft.AspNetCore.Hosting.Server;
using Mirror.Core.Addresses;
using Mirror.Core.Configuration;
using Mirror.Web.Features.Setup;

namespace Mirror.Web.Hosting;

internal sealed class RunningServerAddresses(MirrorOptions options, IServer server, ServerCertificates certificates) : ServerAddresses
{
    public override string? AuthorityPath => certificates.AuthorityPath;

    public override ClientConfiguration ConfigurationFor(NamespacePath group, Uri visited) =>
        ClientConfiguration.For(options, group, visited, Listeners.Bound(server, options).Https);
}
