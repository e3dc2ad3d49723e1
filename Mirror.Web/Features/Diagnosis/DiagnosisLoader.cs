using Mirror.Core.Access;
using Mirror.Core.Addresses;
using Mirror.Core.Audit;
using Mirror.Core.Catalog;
using Mirror.Core.Database;
using Mirror.Core.Diagnosis;
using Mirror.Core.Fetching.Proofs;
using Mirror.Core.Policy;
using Mirror.Web.Http;
using Mirror.Web.Ui.Widgets;

namespace Mirror.Web.Features.Diagnosis;

/// <summary>Diagnoses for the current user why init of a provider succeeds or fails.</summary>
public sealed class DiagnosisLoader(
    ProviderInspection inspection,
    Policies policies,
    SigningKeyReader keys,
    AuditReader audit,
    NamespaceDirectory namespaces,
    CurrentUser user)
{
    public const int PageSize = 50;

    private const int MaxSuggested = 100;
    private const int MaxFailures = 10;

    public async Task<LoadedDiagnosis> LoadAsync(DiagnosisAddress address, CancellationToken cancellationToken)
    {
        if (await FindAsync(address, cancellationToken).ConfigureAwait(false) is not var (access, scope, provider))
        {
            return new LoadedDiagnosis(address, null);
        }

        var version = ProviderVersion.TryParse(address.Version, out var parsedVersion) ? parsedVersion : null;
        Platform? platform = Platform.TryParse(address.Platform, out var parsedPlatform) ? parsedPlatform : null;
        var diagnosis = await inspection.DiagnoseAsync(scope, provider, version, platform, null, cancellationToken).ConfigureAwait(false);
        var policy = await policies.FindAsync(scope.RootGroupId, cancellationToken).ConfigureAwait(false);
        var signers = await keys.FindAsync(scope.RootGroupId, provider, cancellationToken).ConfigureAwait(false);
        var failed = await FindFailedAsync(scope, provider, cancellationToken).ConfigureAwait(false);
        // A version that was only asked about is in the verdict.
        var known = diagnosis.Versions.Where(item => item.AtOrigin || item.IsStored(null)).ToList();
        return new LoadedDiagnosis(address, new ShownDiagnosis(
            diagnosis with { Versions = [.. known.Skip((address.Page - 1) * PageSize).Take(PageSize)] },
            address.Version is { Length: > 0 } && version is null
                ? Texts.VersionInvalid.With(address.Version)
                : null,
            address.Platform is { Length: > 0 } && platform is null
                ? Texts.PlatformInvalid.With(address.Platform)
                : null,
            signers,
            [.. policy.Rules.Where(rule => rule.Enabled && (rule.Provider.Matches(provider) || rule.Kind == PolicyRuleKind.Allow))],
            policy.MinimumReleaseAge,
            known.Count(item => item is { HiddenBecause: not null, RevokedKey: null }),
            Failures(diagnosis.Quarantine, failed),
            [.. known.Take(MaxSuggested).Select(item => item.Version.Value)],
            [.. known.SelectMany(item => item.OriginPlatforms.Concat(item.StoredPlatforms)).Distinct().Order().Select(item => item.Value)],
            diagnosis.VersionsAtOrigin,
            known.Count(item => item.IsStored(null)),
            known.Count,
            inspection.MayCheck(scope, provider, access.May(AccessAction.ChangeMirror))));
    }

    /// <summary>Queries the origin; null if the user may not, or the origin must not be queried.</summary>
    public async Task<OriginCheck?> CheckAsync(DiagnosisAddress address, CancellationToken cancellationToken) =>
        await FindAsync(address, cancellationToken).ConfigureAwait(false) is var (access, scope, provider)
            && inspection.MayCheck(scope, provider, access.May(AccessAction.ChangeMirror))
            ? await inspection.CheckAsync(scope, provider, cancellationToken).ConfigureAwait(false)
            : null;

    private async Task<(NamespaceAccess Access, ResolvedNamespace Scope, ProviderAddress Provider)?> FindAsync(
        DiagnosisAddress address, CancellationToken cancellationToken) =>
        NamespacePath.TryParse(address.Group, out var path)
            && ProviderAddress.TryParseCanonical(address.Hostname, address.Namespace, address.Type, out var provider)
            && await user.CheckAsync(AccessAction.Read, path, provider, cancellationToken)
                .ConfigureAwait(false) is { IsAllowed: true, Scope: { } scope } access
            ? (access, scope, provider)
            : null;

    /// <summary>The failures in the root group, whose mirror is shared; failures of other root groups are not revealed.</summary>
    private async Task<IReadOnlyList<AuditEvent>> FindFailedAsync(
        ResolvedNamespace scope, ProviderAddress provider, CancellationToken cancellationToken) =>
        (scope.IsRoot ? scope : await namespaces.FindAsync(scope.RootGroupId, cancellationToken).ConfigureAwait(false)) is { } root
            ? (await audit.ListAsync(new AuditQuery(root) { Provider = provider, Succeeded = false, Take = MaxFailures }, cancellationToken).ConfigureAwait(false)).Items
            : [];

    private static List<ShownFailure> Failures(IReadOnlyList<QuarantineEntry> quarantine, IReadOnlyList<AuditEvent> past)
    {
        var waiting = quarantine.Select(entry => new ShownFailure(
            What(entry.Version.Value, entry.Platform?.Display), entry.Reason, entry.FailedAt, entry.Until)).ToList();
        var earlier = past
            .Where(item => item.Detail is not null)
            .Select(item =>
                new ShownFailure(
                    What(item.Version, Platform.TryParse(item.Platform, out var platform) ? platform.Display : null),
                    item.Detail!,
                    item.At,
                    null))
            .Where(item => !waiting.Exists(entry => entry.What == item.What && entry.Reason == item.Reason));
        return [.. waiting.Concat(earlier).OrderByDescending(item => item.At).Take(MaxFailures)];
    }

    private static string What(string? version, string? platform) => $"{version} {platform}".Trim();
}
