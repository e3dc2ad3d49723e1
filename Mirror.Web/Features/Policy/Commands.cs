using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Mirror.Core.Configuration;
using Mirror.Core.Database;
using Mirror.Core.Policy;
using Mirror.Web.Cli;
using Mirror.Web.Ui.Widgets;

namespace Mirror.Web.Features.Policy;

/// <summary><c>mirror policy</c></summary>
internal static class PolicyCommands
{
    private const string NoAge = "none";

    public static Command Create() => ServerCommand.Group(
        "policy",
        "Show and change which providers a root group serves. A deny rule hides versions. If there are allow rules, all other "
        + "versions are hidden. A minimum release age hides new versions.",
        List(),
        Allow(),
        Deny(),
        Remove(),
        Age());

    private static ServerCommand List()
    {
        var group = CommandOptions.GroupPath();
        return new ServerCommand(
            "list",
            "List the rules of a root group, and its minimum release age.",
            "mirror policy list",
            "mirror policy list --group-path platform --json") { group }
            .Runs(async (client, call) =>
            {
                var policy = await client.GetPolicyAsync(call.Get(group), call.Stop);
                call.PrintTable(
                    policy,
                    policy.Rules,
                    "No rules.",
                    new("ID", rule => rule.Id.ToString(CultureInfo.InvariantCulture)),
                    new("RULE", rule => Verb(rule.Kind), Tone: rule => rule.Kind == PolicyRuleKind.Deny ? Tone.Bad : Tone.Good),
                    new("PROVIDER", rule => rule.Provider.Display, Folds: true),
                    new("VERSIONS", rule => rule.Versions?.ToString() ?? "all", Folds: true),
                    new("COMMENT", rule => rule.Comment ?? "-", Folds: true));
                if (!call.Output.IsJson && policy.MinimumReleaseAge is { } age)
                {
                    call.Output.Line($"Minimum release age: {DurationText.Format(age)}.");
                }

                return ExitCodes.Success;
            });
    }

    private static ServerCommand Allow()
    {
        var unsigned = new Option<bool>("--unsigned")
        {
            Description = "Accept the provider although its registry offers no signing keys. This hides no other provider.",
        };
        return Add(
            "allow",
            "Allow a provider. Versions that no allow rule names are hidden.",
            call => call.Get(unsigned) ? PolicyRuleKind.AllowUnsigned : PolicyRuleKind.Allow,
            [unsigned],
            "mirror policy allow 'hashicorp/*' --group-path platform",
            "mirror policy allow hashicorp/aws --versions '~> 5.0' --comment 'tested by platform'",
            "mirror policy allow registry.opentofu.org/example/hello --unsigned");
    }

    private static ServerCommand Deny() => Add(
        "deny",
        "Hide a provider, or some of its versions.",
        _ => PolicyRuleKind.Deny,
        [],
        "mirror policy deny hashicorp/aws --versions '>= 6.0' --comment 'not yet migrated'",
        "mirror policy deny '*/example/*'");

    private static ServerCommand Add(
        string name, string description, Func<CommandCall, PolicyRuleKind> kind, IEnumerable<Option> options, params string[] examples)
    {
        var (provider, group) = (CommandOptions.ProviderPattern(), CommandOptions.GroupPath());
        var versions = CommandOptions.Constraint("--versions", "Only these versions, such as '~> 5.0' or '< 4.1'. [default: all]");
        var comment = CommandOptions.Comment("The reason, shown in lists and to clients.", PolicyRule.MaxComment);
        var command = new ServerCommand(name, description, examples) { provider, versions, comment, group };
        foreach (var option in options)
        {
            command.Add(option);
        }

        return command.Runs(async (client, call) =>
        {
            var rule = new NewPolicyRule(
                kind(call), call.Get(provider).ToString(), call.Get(versions)?.ToString(), call.Get(comment));
            var added = await client.AddPolicyRuleAsync(call.Get(group), rule, call.Stop);
            string what = added.Versions is null ? added.Provider.Display : $"{added.Provider.Display} {added.Versions}";
            return call.Print(added, $"Added rule {added.Id} to {call.Get(group)}: {Verb(added.Kind)} {what}.");
        });
    }

    private static ServerCommand Remove()
    {
        var (id, group) = (CommandOptions.Id("id", "'mirror policy list'", "policy rule"), CommandOptions.GroupPath());
        return new ServerCommand("remove", "Remove a rule.", "mirror policy remove 3 --group-path platform") { id, group }
            .Runs(async (client, call) =>
            {
                await client.RemovePolicyRuleAsync(call.Get(group), call.Get(id), call.Stop);
                return call.Print(
                    new JsonObject { ["groupPath"] = call.Get(group).Value, ["id"] = call.Get(id) },
                    $"Removed rule {call.Get(id)} from {call.Get(group)}.");
            });
    }

    private static ServerCommand Age()
    {
        var group = CommandOptions.GroupPath();
        var age = new Argument<string>("age")
        {
            Description = $"The minimum age, such as 72h or 3d; {NoAge}: any age.",
            CustomParser = CommandOptions.ParseWith(text => text == NoAge || Quantity.TryParseDuration(text, out _)
                ? text
                : throw new FormatException($"'{text}' is not a duration; expected one such as 72h or 3d, or {NoAge}.")),
        };
        return new ServerCommand(
            "age",
            "Set how old a version must be before it is served. The age counts from its signature, or from when it was first seen.",
            "mirror policy age 72h",
            "mirror policy age none --group-path platform") { age, group }
            .Runs(async (client, call) =>
            {
                string? set = call.Get(age) == NoAge ? null : call.Get(age);
                await client.SetMinimumReleaseAgeAsync(call.Get(group), set, call.Stop);
                return call.Print(
                    new JsonObject { ["groupPath"] = call.Get(group).Value, ["minimumReleaseAge"] = set },
                    set is null
                        ? $"{call.Get(group)} serves versions of any age."
                        : $"{call.Get(group)} serves versions that are at least {set} old.");
            });
    }

    private static string Verb(PolicyRuleKind kind) => kind switch
    {
        PolicyRuleKind.Deny => "deny",
        PolicyRuleKind.AllowUnsigned => "allow unsigned",
        _ => "allow",
    };
}
