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
        "Add, list and remove trusts. A service account accepts the tokens of a foreign issuer, such as a CI system, as its own.",
        Add(),
        List(),
        Remove());

    private static ServerCommand Add()
    {
        var (path, name) = (ServiceAccountCommands.Path(), ServiceAccountCommands.Name());
        var issuer = new Option<string>("--issuer")
        {
            Description = "The issuer's URL, exactly as its tokens have it.",
            HelpName = "url",
            Required = true,
        };
        var audience = new Option<string>("--audience")
        {
            Description = "What the tokens are made for, such as this server's URL.",
            HelpName = "audience",
            Required = true,
        };
        var claims = new Option<Dictionary<string, string?>>("--claim")
        {
            Description = "What a claim must be; * stands for anything. May be repeated: all must hold.",
            HelpName = "name=pattern",
            Required = true,
            Arity = ArgumentArity.OneOrMore,
            CustomParser = ParseClaims,
        };
        return new ServerCommand(
            "add",
            "Accept tokens of a foreign issuer as the service account's own.",
            "mirror service-account trust add platform/ci --issuer https://token.actions.githubusercontent.com --audience "
            + "https://mirror.example.com --claim 'sub=repo:example/infra:*'",
            "mirror service-account trust add platform/ci --issuer https://gitlab.example.com --audience mirror --claim "
            + "project_path=infra/network --claim ref_protected=true")
        {
            path, name, issuer, audience, claims,
        }
            .Requires(ServiceAccountCommands.IsNamed(path, name))
            .Runs(async (client, call) =>
            {
                var (group, account) = ServiceAccountCommands.Split(call.Get(path), call.Get(name));
                var added = await client.AddTrustAsync(
                    group, account, new NewFederatedIdentity(call.Get(issuer), call.Get(audience), call.Get(claims)), call.Stop);
                return call.Print(added, $"{group}/{account} trusts {added.Issuer} (number {added.Id}).");
            });
    }

    private static ServerCommand List()
    {
        var (path, name) = (ServiceAccountCommands.Path(), ServiceAccountCommands.Name());
        return new ServerCommand(
            "list",
            "List the foreign issuers that a service account trusts.",
            "mirror service-account trust list platform/ci") { path, name }
            .Requires(ServiceAccountCommands.IsNamed(path, name))
            .Runs(async (client, call) =>
            {
                var (group, account) = ServiceAccountCommands.Split(call.Get(path), call.Get(name));
                var list = await client.ListTrustsAsync(group, account, call.Stop);
                return call.PrintTable(
                    list,
                    list.Items,
                    "It trusts no foreign issuer.",
                    new("NUMBER", item => item.Id.ToString(CultureInfo.InvariantCulture)),
                    new("ISSUER", item => item.Issuer),
                    new("AUDIENCE", item => item.Audience),
                    new("CLAIMS", item => string.Join(' ', item.Claims.Select(claim => $"{claim.Key}={claim.Value}"))),
                    new("CREATED (UTC)", item => CommandText.Time(item.CreatedAt)),
                    new("BY", item => item.CreatedBy));
            });
    }

    private static ServerCommand Remove()
    {
        var path = ServiceAccountCommands.Path();
        var trust = new Argument<(string? Name, long Id)>("number")
        {
            Description = "The trust's number, as list shows it; before it the name, where it is not the last part of the path.",
            Arity = new ArgumentArity(1, 2),
            CustomParser = ParseNumber,
        };
        return new ServerCommand(
            "remove",
            "No longer accept tokens of a foreign issuer.",
            "mirror service-account trust remove platform/ci 7") { path, trust }
            .WithUsage("<path> [<name>] <number> [options]")
            .Requires(result =>
            {
                if (result.GetValue(trust).Name is null)
                {
                    ServiceAccountCommands.RequireName(result, path);
                }
            })
            .Runs(async (client, call) =>
            {
                var (name, id) = call.Get(trust);
                var (group, account) = ServiceAccountCommands.Split(call.Get(path), name);
                await client.RemoveTrustAsync(group, account, id, call.Stop);
                return call.Print(
                    new JsonObject { ["groupPath"] = group.Value, ["serviceAccount"] = account, ["id"] = id },
                    $"{group}/{account} no longer trusts number {id}.");
            });
    }

    private static Dictionary<string, string?> ParseClaims(ArgumentResult result)
    {
        var claims = new Dictionary<string, string?>(StringComparer.Ordinal);
        foreach (var token in result.Tokens)
        {
            if (token.Value.Split('=', 2) is not [{ Length: > 0 } name, { Length: > 0 } pattern] || !claims.TryAdd(name, pattern))
            {
                result.AddError($"'{token.Value}' is not a condition, or the second one for its claim; "
                    + "expected one such as sub=repo:example/infra:*.");
            }
        }

        return claims;
    }

    private static (string? Name, long Id) ParseNumber(ArgumentResult result)
    {
        if (long.TryParse(result.Tokens[^1].Value, NumberStyles.None, CultureInfo.InvariantCulture, out long id))
        {
            return (result.Tokens.Count == 2 ? result.Tokens[0].Value : null, id);
        }

        result.AddError($"'{result.Tokens[^1].Value}' is not the number of a trust; "
            + "expected one that 'mirror service-account trust list' shows.");
        return default;
    }
}
