using System.CommandLine;
using Mirror.Web.Cli;

namespace Mirror.Web.Features.Registry;

/// <summary><c>mirror publish</c></summary>
internal static class PublishCommands
{
    public static Command Create() => ServerCommand.Group(
        "publish",
        "Publish a version of a provider or module at the server's own hostname.",
        PublishProviderCommand.Create(),
        PublishModuleCommand.Create());
}
