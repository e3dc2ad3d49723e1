using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Policy;
using Mirror.Core.Verification;

namespace Mirror.Web.Contracts;

// Policy and trust of a root group, and the search over what it mirrors.
public sealed partial class MirrorClient
{
    public Task<RootGroupPolicy> GetPolicyAsync(NamespacePath group, CancellationToken cancellationToken) =>
        GetAsync(GroupUrl(group) + "/policy", ApiJson.Default.RootGroupPolicy, cancellationToken);

    public Task<PolicyRule> AddPolicyRuleAsync(NamespacePath group, NewPolicyRule rule, CancellationToken cancellationToken) =>
        SendAsync(
            HttpMethod.Post,
            GroupUrl(group) + "/policy/rules",
            rule,
            ApiJson.Default.NewPolicyRule,
            ApiJson.Default.PolicyRule,
            cancellationToken);

    public Task RemovePolicyRuleAsync(NamespacePath group, long id, CancellationToken cancellationToken) =>
        DeleteAsync(RuleUrl(group, id), cancellationToken);

    public Task<PolicyRule> ChangePolicyRuleAsync(NamespacePath group, long id, NewPolicyRule rule, CancellationToken cancellationToken) =>
        SendAsync(
            HttpMethod.Put, RuleUrl(group, id), rule, ApiJson.Default.NewPolicyRule, ApiJson.Default.PolicyRule, cancellationToken);

    public async Task MovePolicyRuleAsync(NamespacePath group, long id, int position, CancellationToken cancellationToken)
    {
        using var response = await http.PutAsJsonAsync(
            Relative(RuleUrl(group, id) + "/position"),
            new PolicyRulePosition(position),
            ApiJson.Default.PolicyRulePosition,
            cancellationToken);
        await EnsureSuccessAsync(response, cancellationToken);
    }

    public Task<PolicyEffect> PreviewPolicyAsync(NamespacePath group, PolicyChange change, CancellationToken cancellationToken) =>
        SendAsync(
            HttpMethod.Post,
            GroupUrl(group) + "/policy/preview",
            change,
            ApiJson.Default.PolicyChange,
            ApiJson.Default.PolicyEffect,
            cancellationToken);

    /// <param name="age">A duration such as <c>72h</c>; null: any age.</param>
    public async Task SetMinimumReleaseAgeAsync(NamespacePath group, string? age, CancellationToken cancellationToken)
    {
        using var response = await http.PutAsJsonAsync(
            Relative(GroupUrl(group) + "/policy/minimum-release-age"),
            new NewMinimumReleaseAge(age),
            ApiJson.Default.NewMinimumReleaseAge,
            cancellationToken);
        await EnsureSuccessAsync(response, cancellationToken);
    }

    public Task<SigningKeyList> ListKeysAsync(
        NamespacePath group, SearchText? search, int skip, int take, CancellationToken cancellationToken)
    {
        string url = FormattableString.Invariant($"{GroupUrl(group)}/keys?skip={skip}&take={take}");
        return GetAsync(
            search is null ? url : $"{url}&search={Uri.EscapeDataString(search.Text)}", ApiJson.Default.SigningKeyList, cancellationToken);
    }

    public Task<KeyPin> PinKeyAsync(NamespacePath group, NewKeyPin pin, CancellationToken cancellationToken) =>
        SendAsync(
            HttpMethod.Post, GroupUrl(group) + "/keys/pins", pin, ApiJson.Default.NewKeyPin, ApiJson.Default.KeyPin, cancellationToken);

    public Task UnpinKeyAsync(NamespacePath group, ProviderPattern provider, string fingerprint, CancellationToken cancellationToken) =>
        DeleteAsync(
            $"{GroupUrl(group)}/keys/pins?provider={Uri.EscapeDataString(provider.ToString())}&fingerprint={fingerprint}", cancellationToken);

    public Task<SearchResults> SearchAsync(NamespacePath group, SearchText text, int take, CancellationToken cancellationToken) =>
        GetAsync(
            FormattableString.Invariant($"{GroupUrl(group)}/search?search={Uri.EscapeDataString(text.Text)}&take={take}"),
            ApiJson.Default.SearchResults,
            cancellationToken);

    private static string RuleUrl(NamespacePath group, long id) => FormattableString.Invariant($"{GroupUrl(group)}/policy/rules/{id}");
}
