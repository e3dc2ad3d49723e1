using Mirror.Core.Addresses;
using Mirror.Core.Identity.Federation;

namespace Mirror.Web.Contracts;

public sealed partial class MirrorClient
{
    public Task<FederatedIdentityList> ListTrustsAsync(NamespacePath group, string account, CancellationToken cancellationToken) =>
        GetAsync(TrustsUrl(group, account), ApiJson.Default.FederatedIdentityList, cancellationToken);

    public async Task<FederatedIdentity> AddTrustAsync(
        NamespacePath group, string account, NewFederatedIdentity trust, CancellationToken cancellationToken)
    {
        using var response = await http.PostAsJsonAsync(
            Relative(TrustsUrl(group, account)), trust, ApiJson.Default.NewFederatedIdentity, cancellationToken);
        return await ReadAsync(response, ApiJson.Default.FederatedIdentity, cancellationToken);
    }

    public Task RemoveTrustAsync(NamespacePath group, string account, long id, CancellationToken cancellationToken) =>
        DeleteAsync(FormattableString.Invariant($"{TrustsUrl(group, account)}/{id}"), cancellationToken);

    public Task<FederatedRegistryList> ListFederatedRegistriesAsync(NamespacePath group, CancellationToken cancellationToken) =>
        GetAsync(FederationUrl(group), ApiJson.Default.FederatedRegistryList, cancellationToken);

    public async Task SetFederatedRegistryAsync(
        NamespacePath group, ProviderHostname host, string audience, CancellationToken cancellationToken)
    {
        using var response = await http.PutAsJsonAsync(
            Relative($"{FederationUrl(group)}/{Uri.EscapeDataString(host.Value)}"),
            new NewFederatedRegistry(audience),
            ApiJson.Default.NewFederatedRegistry,
            cancellationToken);
        await EnsureSuccessAsync(response, cancellationToken);
    }

    public Task RemoveFederatedRegistryAsync(NamespacePath group, ProviderHostname host, CancellationToken cancellationToken) =>
        DeleteAsync($"{FederationUrl(group)}/{Uri.EscapeDataString(host.Value)}", cancellationToken);

    private static string TrustsUrl(NamespacePath group, string account) =>
        $"{GroupUrl(group)}/service-accounts/{Uri.EscapeDataString(account)}/trusts";

    private static string FederationUrl(NamespacePath group) => $"{GroupUrl(group)}/federated-registries";
}
