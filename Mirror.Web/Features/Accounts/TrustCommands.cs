using System.CommandLine;
using Mirror.Web.Cli;

namespace Mirror.Web.Features.Accounts;

/// <summary>What the commands under <c>mirror service-account trust</c> share.</summary>
internal static class TrustCommands
{
    public static Command Create() => CommandHelp.Group(
        "trust", "Add, list and remove trusts. A service account accepts the tokens of a foreign issuer, such as a CI system, as its own.", new AddTrustCommand(), new ListTrustsCommand(), new RemoveTrustCommand());
}

/// <summary>A trust that a command removed.</summary>
internal sealed record RemovedTrustDocument(string GroupPath, string ServiceAccount, long Id);
