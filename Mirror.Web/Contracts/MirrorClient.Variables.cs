using Mirror.Core.Addresses;
using Mirror.Core.Credentials;

namespace Mirror.Web.Contracts;

public sealed partial class MirrorClient
{
    public Task<VariableList> ListVariablesAsync(NamespacePath group, CancellationToken cancellationToken) =>
        GetAsync($"{GroupUrl(group)}/variables", ApiJson.Default.VariableList, cancellationToken);

    public async Task SetVariableAsync(NamespacePath group, VariableName name, NewVariable variable, CancellationToken cancellationToken)
    {
        using var response = await http.PutAsJsonAsync(
            Relative(VariableUrl(group, name)), variable, ApiJson.Default.NewVariable, cancellationToken);
        await EnsureSuccessAsync(response, cancellationToken);
    }

    public Task DeleteVariableAsync(NamespacePath group, VariableName name, CancellationToken cancellationToken) =>
        DeleteAsync(VariableUrl(group, name), cancellationToken);

    private static string VariableUrl(NamespacePath group, VariableName name) =>
        $"{GroupUrl(group)}/variables/{Uri.EscapeDataString(name.Value)}";
}
