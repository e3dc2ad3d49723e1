using System.CommandLine;

namespace Mirror.Web.Commands.ServiceAccounts;

/// <summary>The commands under <c>mirror service-account</c>.</summary>
internal static class ServiceAccountCommands
{
    public static Command Create() => new("service-account", "Principals for programs, and whose tokens they accept.")
    {
        TrustCommands.Create(),
    };
}
