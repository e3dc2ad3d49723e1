using Microsoft.AspNetCore.Components;
using Mirror.Core.Identity.Federation;

namespace Mirror.Web.Features.Groups;

/// <summary>A trusted issuer to add, with valid parts.</summary>
public sealed record WantedTrust(string Account, string Issuer, string Audience, ClaimConditions Conditions);

/// <summary>The external issuers that service accounts trust, and the form to add one.</summary>
public sealed partial class TrustedIssuers
{
    private string _account = "";
    private string _issuer = "";
    private string? _issuerProblem;
    private string _audience = "";
    private string? _audienceProblem;
    private string _claims = "";
    private string? _claimsProblem;

    /// <summary>The accounts to choose from.</summary>
    [Parameter, EditorRequired]
    public required IReadOnlyList<string> Accounts { get; set; }

    [Parameter, EditorRequired]
    public required IReadOnlyList<ServiceAccountIdentity> Trusts { get; set; }

    /// <summary>Adds the issuer and returns whether it was added.</summary>
    [Parameter, EditorRequired]
    public required Func<WantedTrust, Task<bool>> Add { get; set; }

    [Parameter, EditorRequired]
    public EventCallback<ServiceAccountIdentity> Remove { get; set; }

    /// <summary>Each claim with its pattern: <c>sub=repo:example/infra:*</c>.</summary>
    public static IReadOnlyList<string> Conditions(FederatedIdentity identity) =>
        [.. identity.Claims.Select(condition => $"{condition.Key}={condition.Value}")];

    protected override void OnParametersSet()
    {
        if (!Accounts.Contains(_account))
        {
            _account = Accounts.Count > 0 ? Accounts[0] : "";
        }
    }

    private async Task SubmitAsync()
    {
        string issuer = _issuer.Trim(), audience = _audience.Trim();
        ClaimConditions? conditions = null;
        (_issuerProblem, _audienceProblem, _claimsProblem) = (
            FederatedIdentities.CheckIssuer(issuer), FederatedIdentities.CheckAudience(audience), null);
        try
        {
            conditions = ClaimConditions.Parse(_claims.Split('\n'));
        }
        catch (FormatException e)
        {
            _claimsProblem = e.Message;
        }

        if (_issuerProblem is null
            && _audienceProblem is null
            && conditions is not null
            && await Add(new WantedTrust(_account, issuer, audience, conditions)))
        {
            (_issuer, _audience, _claims) = ("", "", "");
        }
    }
}
