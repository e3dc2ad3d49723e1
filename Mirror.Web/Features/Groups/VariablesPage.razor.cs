using Mirror.Core.Access;
using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Credentials;
using Mirror.Core.Identity.Federation;
using Mirror.Web.Ui.Widgets;

namespace Mirror.Web.Features.Groups;

public sealed record VariablesContent(IReadOnlyList<Variable> Variables, IReadOnlyList<FederatedRegistry> Registries);

/// <summary>How a group or workspace authenticates to origin registries: stored tokens, and hosts that trust this instance.</summary>
public sealed partial class VariablesPage(Variables variables, FederatedRegistries registries)
{
    private string _name = "";
    private string? _nameProblem;
    private string _value = "";
    private string? _valueProblem;
    private bool _sensitive = true;
    private string _host = "";
    private string _audience = "";
    private string? _federationProblem;

    protected override AccessAction Needs => AccessAction.ManageVariables;

    protected override async Task<VariablesContent> LoadAsync(
        ResolvedNamespace scope, AccessSubject user, CancellationToken cancellationToken) =>
        new(await variables.ListAsync(scope, cancellationToken), await registries.ListAsync(scope, cancellationToken));

    protected override void Reset()
    {
        (_name, _nameProblem, _value, _valueProblem) = ("", null, "", null);
        (_host, _audience, _federationProblem) = ("", "", null);
    }

    private async Task SetAsync()
    {
        string text = _name.Trim();
        var name = ProviderHostname.TryParse(text, out var host)
            ? VariableName.For(host)
            : VariableName.TryParse(text, out var parsed) ? parsed
            : null;
        _nameProblem = name is null
            ? $"“{text}” is not the name of a variable; expected a name such as {VariableName.Prefix}registry_example_com."
            : null;
        _valueProblem = Variables.Check(_value.Trim());
        if (name is null || _valueProblem is not null)
        {
            return;
        }

        string value = _value.Trim();
        var result = await ChangeAsync(
            async (scope, by) =>
            {
                await variables.SetAsync(scope, name, value, _sensitive, by.Principal, CancellationToken.None);
                return name;
            },
            set => new Notification($"Set {set}.", false));
        _value = "";
        if (result.IsPermitted)
        {
            _name = "";
        }
    }

    private async Task DeleteAsync(Variable variable)
    {
        var text = new DeletionText(
            $"Delete {variable.Name}?", [], $"Requests to {variable.Host} then use a parent group's token, the server's, or none.");
        if (await ConfirmAsync("Delete variable", "Delete", text))
        {
            await ChangeAsync(
                (scope, by) => variables.DeleteAsync(scope, VariableName.Parse(variable.Name), by.Principal, CancellationToken.None),
                _ => new Notification($"Deleted {variable.Name}.", false));
        }
    }

    private async Task FederateAsync()
    {
        string audience = _audience.Trim();
        if (!ProviderHostname.TryParse(_host.Trim(), out var host))
        {
            _federationProblem = $"“{_host.Trim()}” is not a hostname.";
            return;
        }

        _federationProblem = audience.Length == 0 ? "Enter the audience that the remote registry expects." : null;
        if (_federationProblem is null)
        {
            await ChangeAsync(
                async (scope, by) =>
                {
                    await registries.SetAsync(scope, host, audience, by.Principal, CancellationToken.None);
                    return host;
                },
                set => new Notification($"{set} now gets tokens of this instance.", false));
            (_host, _audience) = ("", "");
        }
    }

    private async Task UnfederateAsync(FederatedRegistry registry)
    {
        var text = new DeletionText(
            $"Stop sending tokens of this instance to {registry.Host}?", [], "Requests to it then use a stored token, or none.");
        if (await ConfirmAsync("Remove federated registry", "Remove", text) && ProviderHostname.TryParse(registry.Host, out var host))
        {
            await ChangeAsync(
                (scope, by) => registries.RemoveAsync(scope, host, by.Principal, CancellationToken.None),
                _ => new Notification($"{host} no longer gets tokens of this instance.", false));
        }
    }
}
