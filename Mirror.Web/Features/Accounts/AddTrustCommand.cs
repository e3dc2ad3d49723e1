using System.CommandLine;
using Mirror.Core.Addresses;
using Mirror.Web.Cli;
using Mirror.Web.Contracts;

namespace Mirror.Web.Features.Accounts;

/// <summary><c>mirror service-account trust add</c></summary>
internal sealed class AddTrustCommand : ClientCommand
{
    private readonly Argument<NamespacePath> _path = ServiceAccountCommands.Path();
    private readonly Argument<string?> _name = ServiceAccountCommands.Name();
    private readonly Option<string> _issuer = new("--issuer") { Description = "The issuer's URL, exactly as its tokens have it.", HelpName = "url", Required = true };
    private readonly Option<string> _audience = new("--audience") { Description = "What the tokens are made for, such as this server's URL.", HelpName = "audience", Required = true };

    private readonly Option<Dictionary<string, string?>> _claims = new("--claim")
    {
        Description = "What a claim must be; * stands for anything. May be repeated: all must hold.",
        HelpName = "name=pattern",
        Required = true,
        Arity = ArgumentArity.OneOrMore,
        CustomParser = result =>
        {
            var claims = new Dictionary<string, string?>(StringComparer.Ordinal);
            foreach (var token in result.Tokens)
            {
                if (token.Value.Split('=', 2) is not [{ Length: > 0 } name, { Length: > 0 } pattern] || !claims.TryAdd(name, pattern))
                {
                    result.AddError($"'{token.Value}' is not a condition, or the second one for its claim; expected one such as sub=repo:example/infra:*.");
                }
            }

            return claims;
        },
    };

    public AddTrustCommand()
        : base(
            "add",
            "Accept tokens of a foreign issuer as the service account's own.",
            "mirror service-account trust add platform/ci --issuer https://token.actions.githubusercontent.com --audience https://mirror.example.com --claim 'sub=repo:example/infra:*'",
            "mirror service-account trust add platform/ci --issuer https://gitlab.example.com --audience mirror --claim project_path=infra/network --claim ref_protected=true")
    {
        Add(_path);
        Add(_name);
        Add(_issuer);
        Add(_audience);
        Add(_claims);
        AddCommonOptions();
        this.AddRule(result => ServiceAccountCommands.Validate(result, _path, _name));
    }

    protected override async Task<int> RunAsync(MirrorClient client, ParseResult arguments, CommandOutput output, CancellationToken cancellationToken)
    {
        var (group, account) = ServiceAccountCommands.Split(arguments.GetRequiredValue(_path), arguments.GetValue(_name));
        var trust = await client.AddTrustAsync(
            group, account, new NewTrustDocument(arguments.GetRequiredValue(_issuer), arguments.GetRequiredValue(_audience), arguments.GetRequiredValue(_claims)), cancellationToken);
        output.Result(trust, $"{group}/{account} trusts {trust.Issuer} (number {trust.Id}).");
        return ExitCodes.Success;
    }
}
