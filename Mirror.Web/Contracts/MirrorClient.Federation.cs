using Mirror.Core.Addresses;
using Mirror.Web.Features.Accounts;
using Mirror.Web.Features.Groups;

namespace Mirror.Web.Contracts;

public sealed partial class MirrorClient
{
    public Task<TrustListDocument> ListTrustsAsync(NamespacePath group, string account, CancellationToken cancellationToken) =>
        GetAsync(TrustsUrl(group, account), ApiJson.Default.TrustListDocument, cancellationToken);

    public async Task<TrustDocument> AddTrustAsync(NamespacePath group, string account, NewTrustDocument trust, CancellationToken cancellationToken)
    {
        using var response = await http.PostAsJsonAsync(Relative(TrustsUrl(group, account)), trust, ApiJson.Default.NewTrustDocument, cancellationToken);
        return await ReadAsync(response, ApiJson.Default.TrustDocument, cancellationToken);
    }

    public Task RemoveTrustAsync(NamespacePath group, string account, long id, CancellationToken cancellationToken) =>
        DeleteAsync(FormattableString.Invariant($"{TrustsUrl(group, account)}/{id}"), cancellationToken);

    public Task<FederatedRegistryListDocument> ListFederatedRegistriesAsync(NamespacePath group, CancellationToken cancellationToken) =>
        GetAsync(FederationUrl(group), ApiJson.Default.FederatedRegistryListDocument, cancellationToken);

    public async Task SetFederatedRegistryAsync(NamespacePath group, ProviderHostname host, string audience, CancellationToken cancellationToken)
    {
        using var response = await http.PutAsJsonAsync(
            Relative($"{FederationUrl(group)}/{Uri.EscapeDataString(host.Value)}"), new NewFederatedRegistryDocument(audience), ApiJson.Default.NewFederatedRegistryDocument, cancellationToken);
        await EnsureSuccessAsync(response, cancellationToken);
    }

    public Task RemoveFederatedRegistryAsync(NamespacePath group, ProviderHostname host, CancellationToken cancellationToken) =>
        DeleteAsync($"{FederationUrl(group)}/{Uri.EscapeDataString(host.Value)}", cancellationToken);

    private static string TrustsUrl(NamespacePath group, string account) => $"{GroupUrl(group)}/service-accounts/{Uri.EscapeDataString(account)}/trusts";

    private static string FederationUrl(NamespacePath group) => $"{GroupUrl(group)}/federated-registries";
}
