using Mirror.Core.Addresses;
using Mirror.Core.Credentials;
using Mirror.Web.Features.Groups;

namespace Mirror.Web.Contracts;

public sealed partial class MirrorClient
{
    public Task<VariableListDocument> ListVariablesAsync(NamespacePath group, CancellationToken cancellationToken) =>
        GetAsync($"{GroupUrl(group)}/variables", ApiJson.Default.VariableListDocument, cancellationToken);

    public async Task SetVariableAsync(NamespacePath group, VariableName name, NewVariableDocument variable, CancellationToken cancellationToken)
    {
        using var response = await http.PutAsJsonAsync(Relative(VariableUrl(group, name)), variable, ApiJson.Default.NewVariableDocument, cancellationToken);
        await EnsureSuccessAsync(response, cancellationToken);
    }

    public Task DeleteVariableAsync(NamespacePath group, VariableName name, CancellationToken cancellationToken) =>
        DeleteAsync(VariableUrl(group, name), cancellationToken);

    private static string VariableUrl(NamespacePath group, VariableName name) => $"{GroupUrl(group)}/variables/{Uri.EscapeDataString(name.Value)}";
}
