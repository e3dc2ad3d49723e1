using System.CommandLine;
using System.Text.Json.Nodes;
using Mirror.Web.Cli;

namespace Mirror.Web.Features.SignIn.Commands;

/// <summary><c>mirror profile</c></summary>
internal static class ProfileCommands
{
    public static Command Create() => ServerCommand.Group(
        "profile", "List the stored profiles, and select the current one. 'mirror login' creates profiles, and 'mirror logout' deletes them.",
        List(),
        Use());

    private static ServerCommand List() => new ServerCommand(
        "list", "List the profiles.", "mirror profile list", "mirror profile list --json").RunsHere("Interrupted.", call =>
    {
        var file = new ProfileStore(call.Environment.UserDirectory).Read();
        if (call.Output.IsJson)
        {
            call.Output.Json(new JsonObject
            {
                ["current"] = file.Current,
                ["items"] = new JsonArray([.. file.Profiles.Select(item => new JsonObject
                {
                    ["name"] = item.Key,
                    ["url"] = item.Value.Url.ToString(),
                    ["authorityPath"] = item.Value.AuthorityPath,
                })]),
            });
        }
        else if (file.Profiles.Count == 0)
        {
            call.Output.Line("There are no profiles. Create one with 'mirror login <url>'.");
        }
        else
        {
            call.Output.Table(
                [new("CURRENT"), new("NAME"), new("URL"), new("AUTHORITY", Spare: true)],
                file.Profiles.Select(item => (TableCell[])
                [
                    item.Key == file.Current ? new TableCell("*", Tone.Good) : "",
                    item.Key,
                    item.Value.Url.ToString(),
                    item.Value.AuthorityPath ?? "-",
                ]));
        }

        return Task.FromResult(ExitCodes.Success);
    });

    private static ServerCommand Use()
    {
        var name = new Argument<string>("name")
        {
            Description = "The name of a profile.",
            CustomParser = CommandOptions.ParseWith(CommandOptions.ParseProfile),
        };
        return new ServerCommand(
            "use",
            "Select the current profile. Commands use its server unless --url, --profile or the environment selects another.",
            "mirror profile use prod") { name }.RunsHere("Interrupted.", call =>
        {
            var store = new ProfileStore(call.Environment.UserDirectory);
            var file = store.Read();
            var profile = file.Get(call.Get(name));
            store.Write(file with { Current = call.Get(name) });
            return Task.FromResult(call.Print(
                new JsonObject { ["profile"] = call.Get(name), ["url"] = profile.Url.ToString() },
                $"The current profile is '{call.Get(name)}': {profile.Url}"));
        });
    }
}
