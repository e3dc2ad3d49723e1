using Microsoft.AspNetCore.Hosting.Server;
using Mirror.Core.Addresses;
using Mirror.Core.Configuration;
using Mirror.Web.Features.Setup;

namespace Mirror.Web.Hosting;

internal sealed class RunningServerAddresses(MirrorOptions options, IServer server, CertificateHolder certificate) : ServerAddresses
{
    public override string? AuthorityPath => certificate.Loaded?.AuthorityPath;

    public override ClientConfiguration ConfigurationFor(NamespacePath group, Uri visited) =>
        ClientConfiguration.For(options, group, visited, Listeners.Bound(server).Https);
}
