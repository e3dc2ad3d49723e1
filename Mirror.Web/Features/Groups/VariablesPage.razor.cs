using Mirror.Core.Access;
using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Credentials;
using Mirror.Core.Identity.Federation;
using Mirror.Web.Ui.Widgets;
using MudBlazor;

namespace Mirror.Web.Features.Groups;

/// <param name="Openable">The groups whose variables the user may see too.</param>
public sealed record VariablesContent(
    IReadOnlyList<Variable> Variables, IReadOnlyList<FederatedRegistry> Registries, IReadOnlyList<string> Openable);

/// <summary>How a group or workspace authenticates to origin registries: stored tokens, and hosts that trust this instance.</summary>
public sealed partial class VariablesPage(Variables variables, FederatedRegistries registries)
{
    protected override AccessAction Needs => AccessAction.ManageVariables;

    protected override async Task<VariablesContent> LoadAsync(
        ResolvedNamespace scope, AccessSubject user, CancellationToken cancellationToken)
    {
        var listed = await variables.ListAsync(scope, cancellationToken);
        var federated = await registries.ListAsync(scope, cancellationToken);
        return new VariablesContent(
            listed,
            federated,
            await FindOpenableAsync(
                [.. listed.Select(variable => variable.Group), .. federated.Select(registry => registry.Subject)], user, cancellationToken));
    }

    protected override int CountItems(VariablesContent content) => content.Variables.Count + content.Registries.Count;

    private Task SetAsync(Variable? variable) => ShowFormAsync<VariableDialog>(
        variable is null ? Texts.SetVariable : Texts.ReplaceValueOf.With(variable.Name),
        new DialogParameters<VariableDialog> { { x => x.Variable, variable }, { x => x.Set, SetAsync } });

    private Task SetAsync(VariableName name, string value, bool sensitive) => ChangeAsync(
        async (scope, by) =>
        {
            await variables.SetAsync(scope, name, value, sensitive, by.Principal, CancellationToken.None);
            return name;
        },
        set => new Notification(Texts.VariableSet.With(set), false));

    private async Task DeleteAsync(Variable variable)
    {
        var text = new DeletionText(
            Texts.DeleteQuestion.With(variable.Name), [], Texts.DeleteVariableConsequence.With(variable.Host));
        if (await ConfirmAsync(Texts.DeleteVariable, Ui.Texts.Delete, text))
        {
            await ChangeAsync(
                (scope, by) => variables.DeleteAsync(scope, VariableName.Parse(variable.Name), by.Principal, CancellationToken.None),
                _ => new Notification(Texts.Deleted.With(variable.Name), false));
        }
    }

    private Task AddRegistryAsync() => ShowFormAsync<FederatedRegistryDialog>(
        Texts.AddRegistry, new DialogParameters<FederatedRegistryDialog> { { x => x.Add, FederateAsync } });

    private Task FederateAsync(ProviderHostname host, string audience) => ChangeAsync(
        async (scope, by) =>
        {
            await registries.SetAsync(scope, host, audience, by.Principal, CancellationToken.None);
            return host;
        },
        set => new Notification(Texts.RegistryAdded.With(set), false));

    private async Task UnfederateAsync(FederatedRegistry registry)
    {
        var text = new DeletionText(Texts.RemoveRegistryQuestion.With(registry.Host), [], Texts.RemoveRegistryConsequence);
        if (await ConfirmAsync(Texts.RemoveRegistry, Texts.Remove, text) && ProviderHostname.TryParse(registry.Host, out var host))
        {
            await ChangeAsync(
                (scope, by) => registries.RemoveAsync(scope, host, by.Principal, CancellationToken.None),
                _ => new Notification(Texts.RegistryRemoved.With(host), false));
        }
    }
}
