using System.CommandLine;

namespace Mirror.Web.Commands.ServiceAccounts;

/// <summary>What the commands under <c>mirror service-account trust</c> share.</summary>
internal static class TrustCommands
{
    public static Command Create()
    {
        var group = new Command("trust", "Foreign issuers, such as a CI system, whose tokens a service account accepts as its own.");
        foreach (ClientCommand command in (ClientCommand[])[new AddTrustCommand(), new ListTrustsCommand(), new RemoveTrustCommand()])
        {
            CommandHelp.Append(command, "Examples", command.Examples);
            group.Add(command);
        }

        return group;
    }

    public static Argument<string> Account() => new("name") { Description = "The service account's name in the group." };
}

/// <summary>A trust that a command removed.</summary>
internal sealed record RemovedTrustDocument(string GroupPath, string ServiceAccount, long Id);
