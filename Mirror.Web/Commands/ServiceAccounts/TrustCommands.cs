using System.CommandLine;

namespace Mirror.Web.Commands.ServiceAccounts;

/// <summary>What the commands under <c>mirror service-account trust</c> share.</summary>
internal static class TrustCommands
{
    public static Command Create() => CommandHelp.Group(
        "trust", "Foreign issuers, such as a CI system, whose tokens a service account accepts as its own.", new AddTrustCommand(), new ListTrustsCommand(), new RemoveTrustCommand());
}

/// <summary>A trust that a command removed.</summary>
internal sealed record RemovedTrustDocument(string GroupPath, string ServiceAccount, long Id);
