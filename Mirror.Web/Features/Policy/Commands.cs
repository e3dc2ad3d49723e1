using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Mirror.Core.Addresses;
using Mirror.Core.Configuration;
using Mirror.Core.Database;
using Mirror.Core.Policy;
using Mirror.Web.Cli;
using Mirror.Web.Contracts;
using Mirror.Web.Ui.Widgets;

namespace Mirror.Web.Features.Policy;

/// <summary><c>mirror policy</c></summary>
internal static class PolicyCommands
{
    public static Command Create() => ServerCommand.Group(
        "policy",
        "Show and change which providers a root group serves. A deny rule hides versions. If there are allow rules, all other "
        + "versions are hidden. A minimum release age hides new versions.",
        List(),
        Allow(),
        Deny(),
        Remove(),
        Enable(),
        Disable(),
        Move(),
        Age());

    private static Option<bool> Plan() => new("--plan") { Description = "Only show which versions this would hide or make available; change nothing." };

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
                    new("STATE", rule => rule.Enabled ? "enabled" : "disabled", Tone: rule => rule.Enabled ? Tone.Plain : Tone.Quiet),
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
        var plan = Plan();
        var command = new ServerCommand(name, description, examples) { provider, versions, comment, plan, group };
        foreach (var option in options)
        {
            command.Add(option);
        }

        return command.Runs(async (client, call) =>
        {
            var rule = new NewPolicyRule(
                kind(call), call.Get(provider).ToString(), call.Get(versions)?.ToString(), call.Get(comment));
            if (call.Get(plan))
            {
                return await PreviewAsync(client, call, call.Get(group), new PolicyChange(Rule: rule));
            }

            var added = await client.AddPolicyRuleAsync(call.Get(group), rule, call.Stop);
            string what = added.Versions is null ? added.Provider.Display : $"{added.Provider.Display} {added.Versions}";
            return call.Print(added, $"Added rule {added.Id} to {call.Get(group)}: {Verb(added.Kind)} {what}.");
        });
    }

    private static ServerCommand Remove()
    {
        var (id, plan, group) = (RuleId(), Plan(), CommandOptions.GroupPath());
        return new ServerCommand(
            "remove", "Remove a rule.", "mirror policy remove 3 --group-path platform", "mirror policy remove 3 --plan") { id, plan, group }
            .Runs(async (client, call) =>
            {
                if (call.Get(plan))
                {
                    return await PreviewAsync(client, call, call.Get(group), new PolicyChange(RuleId: call.Get(id)));
                }

                await client.RemovePolicyRuleAsync(call.Get(group), call.Get(id), call.Stop);
                return call.Print(
                    new JsonObject { ["groupPath"] = call.Get(group).Value, ["id"] = call.Get(id) },
                    $"Removed rule {call.Get(id)} from {call.Get(group)}.");
            });
    }

    private static ServerCommand Enable() => Switch(
        "enable", "Apply a rule again that was disabled.", "Enabled", true, "mirror policy enable 3", "mirror policy enable 3 --plan");

    private static ServerCommand Disable() => Switch(
        "disable", "Keep a rule without applying it.", "Disabled", false, "mirror policy disable 3 --group-path platform");

    private static ServerCommand Switch(string name, string description, string done, bool enabled, params string[] examples)
    {
        var (id, plan, group) = (RuleId(), Plan(), CommandOptions.GroupPath());
        return new ServerCommand(name, description, examples) { id, plan, group }
            .Runs(async (client, call) =>
            {
                var rule = (await client.GetPolicyAsync(call.Get(group), call.Stop)).Find(call.Get(id))
                    ?? throw new InvalidDataException($"There is no policy rule {call.Get(id)} in {call.Get(group)}. 'mirror policy list' shows the rules.");
                var changed = new NewPolicyRule(rule.Kind, rule.Provider.ToString(), rule.Versions?.ToString(), rule.Comment, enabled);
                if (call.Get(plan))
                {
                    return await PreviewAsync(client, call, call.Get(group), new PolicyChange(rule.Id, changed));
                }

                var result = await client.ChangePolicyRuleAsync(call.Get(group), rule.Id, changed, call.Stop);
                return call.Print(result, $"{done} rule {rule.Id} of {call.Get(group)}.");
            });
    }

    private static ServerCommand Move()
    {
        var (id, group) = (RuleId(), CommandOptions.GroupPath());
        var position = new Argument<int>("position")
        {
            Description = "The new place in the list, from 1.",
            CustomParser = CommandOptions.ParseWith(text => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int at) && at > 0
                ? at
                : throw new FormatException($"'{text}' is not a place in the list; expected a number from 1.")),
        };
        return new ServerCommand(
            "move",
            "Move a rule in the list. The order does not change what the rules hide. If several deny rules match a version, the first one is named.",
            "mirror policy move 3 1") { id, position, group }
            .Runs(async (client, call) =>
            {
                await client.MovePolicyRuleAsync(call.Get(group), call.Get(id), call.Get(position), call.Stop);
                return call.Print(
                    new JsonObject { ["groupPath"] = call.Get(group).Value, ["id"] = call.Get(id), ["position"] = call.Get(position) },
                    $"Moved rule {call.Get(id)} of {call.Get(group)}.");
            });
    }

    private static ServerCommand Age()
    {
        var (plan, group) = (Plan(), CommandOptions.GroupPath());
        var age = new Argument<string>("age")
        {
            Description = $"The minimum age, such as 72h or 3d; {NewMinimumReleaseAge.None}: any age.",
            CustomParser = CommandOptions.ParseWith(text => text == NewMinimumReleaseAge.None || Quantity.TryParseDuration(text, out _)
                ? text
                : throw new FormatException($"'{text}' is not a duration; expected one such as 72h or 3d, or {NewMinimumReleaseAge.None}.")),
        };
        return new ServerCommand(
            "age",
            "Set how old a version must be before it is served. The age counts from its signature, or from when it was first seen.",
            "mirror policy age 72h",
            "mirror policy age none --group-path platform",
            "mirror policy age 7d --plan") { age, plan, group }
            .Runs(async (client, call) =>
            {
                if (call.Get(plan))
                {
                    return await PreviewAsync(client, call, call.Get(group), new PolicyChange(MinimumReleaseAge: call.Get(age)));
                }

                string? set = call.Get(age) == NewMinimumReleaseAge.None ? null : call.Get(age);
                await client.SetMinimumReleaseAgeAsync(call.Get(group), set, call.Stop);
                return call.Print(
                    new JsonObject { ["groupPath"] = call.Get(group).Value, ["minimumReleaseAge"] = set },
                    set is null
                        ? $"{call.Get(group)} serves versions of any age."
                        : $"{call.Get(group)} serves versions that are at least {set} old.");
            });
    }

    private static Argument<long> RuleId() => CommandOptions.Id("id", "'mirror policy list'", "policy rule");

    /// <summary>Prints what a change would do, without making it.</summary>
    private static async Task<int> PreviewAsync(MirrorClient client, CommandCall call, NamespacePath group, PolicyChange change)
    {
        var effect = await client.PreviewPolicyAsync(group, change, call.Stop);
        return call.Print(effect, string.Join(Environment.NewLine, PolicyEffectText.Lines(effect)));
    }

    private static string Verb(PolicyRuleKind kind) => kind switch
    {
        PolicyRuleKind.Deny => "deny",
        PolicyRuleKind.AllowUnsigned => "allow unsigned",
        _ => "allow",
    };
}
