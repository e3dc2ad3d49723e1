using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Http.HttpResults;
using Mirror.Core.Access;
using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Configuration;
using Mirror.Core.Fetching.Proofs;
using Mirror.Core.Policy;
using Mirror.Core.Verification;
using Mirror.Web.Http;

namespace Mirror.Web.Features.Keys;

/// <summary>The keys that signed mirrored versions.</summary>
internal static class KeyEndpoints
{
    private const int MaxTake = 500;

    public static void MapKeys(this IEndpointRouteBuilder api)
    {
        var read = api.MapGroup("").WithTags("Policy").RequireAccess(AccessAction.Read).WithMetadata(BoundedWork.InLane);
        read.MapGet("/groups/{group}/keys", ListAsync).WithName("ListKeys")
            .WithSummary("List the keys that signed versions of a root group, with the trust rules and pins");

        var pins = api.MapGroup("/groups/{group}/keys/pins").WithTags("Policy").RequireAccess(AccessAction.ManageSettings);
        pins.MapPost("", PinAsync).WithName("PinKey")
            .WithSummary("Pin a key for providers; new versions must be signed by a pinned key")
            .ProducesProblem(StatusCodes.Status409Conflict);
        pins.MapDelete("", UnpinAsync).WithName("UnpinKey").WithSummary("Remove the pin of a key");
    }

    private static async Task<Created<KeyPin>> PinAsync(
        NewKeyPin pin, Policies policies, ResolvedNamespace scope, CurrentUser user, CancellationToken cancellationToken)
    {
        long rootGroupId = RootGroupId(scope);
        var (provider, fingerprint) = Parse(pin.Provider, pin.Fingerprint);
        var added = await policies.PinAsync(rootGroupId, provider, fingerprint, pin.Comment, user.Principal, cancellationToken)
            ?? throw ApiProblemException.Conflict($"The key {fingerprint} is already pinned for {provider}.");
        return TypedResults.Created((string?)null, added);
    }

    private static async Task<NoContent> UnpinAsync(
        [MaxLength(ProviderAddress.MaxLength)] string provider,
        [MaxLength(KeyFingerprint.MaxLength)] string fingerprint,
        Policies policies,
        ResolvedNamespace scope,
        CurrentUser user,
        CancellationToken cancellationToken)
    {
        long rootGroupId = RootGroupId(scope);
        var (pattern, hex) = Parse(provider, fingerprint);
        return await policies.UnpinAsync(rootGroupId, pattern, hex, user.Principal, cancellationToken)
            ? TypedResults.NoContent()
            : throw ApiProblemException.NotFound($"'{scope.Path}' does not pin the key {hex} for {pattern}.");
    }

    private static (ProviderPattern Provider, string Fingerprint) Parse(string provider, string fingerprint)
    {
        try
        {
            return (ProviderPattern.Parse(provider), KeyFingerprint.Parse(fingerprint));
        }
        catch (FormatException e)
        {
            throw ApiProblemException.Invalid(e.Message);
        }
    }

    private static long RootGroupId(ResolvedNamespace scope) => scope.IsRoot
        ? scope.NamespaceId
        : throw ApiProblemException.Invalid($"'{scope.Path}' shares the pins of its root group; change them at '{scope.Path.RootName}'.");

    private static async Task<Ok<SigningKeyList>> ListAsync(
        SigningKeyReader keys,
        Policies policies,
        MirrorOptions options,
        ResolvedNamespace scope,
        CurrentUser user,
        [Description("Up to 8 words that the address, owner or fingerprint must contain"), MaxLength(SearchText.MaxLength)]
        string? search = null,
        [Range(0, int.MaxValue)] int skip = 0,
        [Description("The number of keys, 1 to 500"), Range(1, MaxTake)] int take = 50,
        CancellationToken cancellationToken = default)
    {
        var query = new SigningKeyQuery(ApiTargets.ParseSearch(search), skip, take, Anonymous: !user.SeesProtected);
        var found = await keys.SearchAsync(scope.RootGroupId, query, cancellationToken);
        var policy = await policies.FindAsync(scope.RootGroupId, cancellationToken);
        return TypedResults.Ok(new SigningKeyList(found.Items, found.Total, options.ToTrustPolicy().Rules, policy.Pins));
    }
}
