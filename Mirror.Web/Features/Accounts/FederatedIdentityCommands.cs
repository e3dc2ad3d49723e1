using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Text.Json.Nodes;
using Mirror.Core.Identity.Federation;
using Mirror.Web.Cli;

namespace Mirror.Web.Features.Accounts;

/// <summary><c>mirror service-account trust</c></summary>
internal static class FederatedIdentityCommands
{
    public static Command Create() => ServerCommand.Group(
        "trust",
        "Add, list and remove trusted issuers. A service account accepts the tokens of an issuer that it trusts, such as a CI system, as "
        + "its own.",
        Add(),
        List(),
        Remove());

    private static ServerCommand Add()
    {
        var (group, name) = (ServiceAccountCommands.Group(), ServiceAccountCommands.Account());
        var issuer = new Option<string>("--issuer")
        {
            Description = "The issuer's URL, exactly as in the iss claim of its tokens.",
            HelpName = "url",
            Required = true,
        };
        var audience = new Option<string>("--audience")
        {
            Description = "The audience of the tokens, such as this server's URL.",
            HelpName = "audience",
            Required = true,
        };
        var claims = new Option<Dictionary<string, string?>>("--claim")
        {
            Description = "The value that a claim must have; * matches any text. May be repeated; all of them must match.",
            HelpName = "name=pattern",
            Required = true,
            Arity = ArgumentArity.OneOrMore,
            CustomParser = ParseClaims,
        };
        return new ServerCommand(
            "add",
            "Let a service account sign in with the tokens of an issuer.",
            "mirror service-account trust add platform/ci --issuer https://token.actions.githubusercontent.com --audience "
            + "https://mirror.example.com --claim 'sub=repo:example/infra:*'",
            "mirror service-account trust add platform/ci --issuer https://gitlab.example.com --audience mirror --claim "
            + "project_path=infra/network --claim ref_protected=true")
        {
            group, name, issuer, audience, claims,
        }
            .Requires(ServiceAccountCommands.AreOne(group, name))
            .Runs(async (client, call) =>
            {
                var (home, account) = ServiceAccountCommands.Locate(call, group, name);
                var added = await client.AddTrustAsync(
                    home, account, new NewFederatedIdentity(call.Get(issuer), call.Get(audience), call.Get(claims)), call.Stop);
                return call.Print(added, $"{home}/{account} trusts {added.Issuer} (number {added.Id}).");
            });
    }

    private static ServerCommand List()
    {
        var (group, name) = (ServiceAccountCommands.Group(), ServiceAccountCommands.Account());
        return new ServerCommand(
            "list",
            "List the issuers that a service account trusts.",
            "mirror service-account trust list platform/ci") { group, name }
            .Requires(ServiceAccountCommands.AreOne(group, name))
            .Runs(async (client, call) =>
            {
                var (home, account) = ServiceAccountCommands.Locate(call, group, name);
                var list = await client.ListTrustsAsync(home, account, call.Stop);
                return call.PrintTable(
                    list,
                    list.Items,
                    $"{home}/{account} does not trust any issuers.",
                    new("NUMBER", item => item.Id.ToString(CultureInfo.InvariantCulture)),
                    new("ISSUER", item => item.Issuer, Folds: true),
                    new("AUDIENCE", item => item.Audience, Folds: true),
                    new("CLAIMS", item => string.Join(' ', item.Claims.Select(claim => $"{claim.Key}={claim.Value}")), Folds: true),
                    new("CREATED (UTC)", item => CommandText.Time(item.CreatedAt), Spare: true),
                    new("BY", item => item.CreatedBy));
            });
    }

    private static ServerCommand Remove()
    {
        var (group, name) = (ServiceAccountCommands.Group(), ServiceAccountCommands.Account());
        var number = CommandOptions.Id("number", "'mirror service-account trust list'", "trusted issuer");
        return new ServerCommand(
            "remove",
            "Stop accepting the tokens of an issuer.",
            "mirror service-account trust remove platform/ci 7") { group, name, number }
            .Requires(ServiceAccountCommands.AreOne(group, name))
            .Runs(async (client, call) =>
            {
                var (home, account) = ServiceAccountCommands.Locate(call, group, name);
                await client.RemoveTrustAsync(home, account, call.Get(number), call.Stop);
                return call.Print(
                    new JsonObject { ["groupPath"] = home.Value, ["serviceAccount"] = account, ["id"] = call.Get(number) },
                    $"{home}/{account} no longer trusts issuer {call.Get(number)}.");
            });
    }

    private static Dictionary<string, string?> ParseClaims(ArgumentResult result)
    {
        var claims = new Dictionary<string, string?>(StringComparer.Ordinal);
        foreach (var token in result.Tokens)
        {
            if (token.Value.Split('=', 2) is not [{ Length: > 0 } name, { Length: > 0 } pattern] || !claims.TryAdd(name, pattern))
            {
                result.AddError($"--claim: '{token.Value}' is not valid, or its claim is named twice; "
                    + "expected name=pattern, such as sub=repo:example/infra:*.");
            }
        }

        return claims;
    }
}
