using Mirror.Core.Catalog;
using Mirror.Core.Fetching;
using Mirror.Core.Identity;
using Mirror.Core.Verification;
using Mirror.Web.Http;
using Mirror.Web.Ui.Widgets;
using MudBlazor;

namespace Mirror.Web.Ui.Alerts;

/// <summary>Versions of a registry namespace that are withheld because their key was revoked.</summary>
public sealed record WithheldVersions(string Namespace, int Versions);

/// <summary>The facts behind the alerts of a user, as far as the user may see them.</summary>
/// <param name="Group">The open group or workspace; null if there is none.</param>
/// <param name="Condition">Null if the user may not read the instance.</param>
/// <param name="Quarantine">Providers with content that failed verification in the group's mirror.</param>
/// <param name="NewKeys">Keys that recently signed a known provider for the first time.</param>
/// <param name="CertificateEndsAt">When the server's certificate expires; null if unknown, or not for this user.</param>
/// <param name="QuotaUsed">The stored part of the quota; null without a quota, or not for this user.</param>
/// <param name="Tokens">The user's own tokens.</param>
public sealed record AlertFacts(
    string? Group,
    ServerCondition? Condition,
    IReadOnlyList<QuarantinedProvider> Quarantine,
    IReadOnlyList<SeenSigningKey> NewKeys,
    DateTimeOffset? CertificateEndsAt,
    double? QuotaUsed,
    IReadOnlyList<AccessToken> Tokens)
{
    /// <summary>Modules whose tag names another commit now.</summary>
    public IReadOnlyList<ModulePackage> MovedTags { get; init; } = [];

    /// <summary>Recently revoked keys of registry namespaces, with the number of versions that they withhold.</summary>
    public IReadOnlyList<WithheldVersions> Withheld { get; init; } = [];

    /// <summary>How long before its end a certificate is reported.</summary>
    public static readonly TimeSpan CertificateNotice = TimeSpan.FromDays(21);

    /// <summary>How long before its end a token is reported.</summary>
    public static readonly TimeSpan TokenNotice = TimeSpan.FromDays(7);

    /// <summary>For how long a key is new.</summary>
    public static readonly TimeSpan KeyNotice = TimeSpan.FromDays(7);

    /// <summary>The part of the quota above which its use is reported.</summary>
    public const double QuotaNotice = .95;

    /// <summary>The alerts, urgent ones first.</summary>
    public IReadOnlyList<Alert> Alerts(DateTimeOffset now) => [.. All(now).OrderByDescending(alert => alert.IsUrgent)];

    private IEnumerable<Alert> All(DateTimeOffset now)
    {
        string group = Group ?? Urls.DefaultGroup, overview = Urls.Overview(group);
        if (Condition?.StorageProblem is { } problem)
        {
            yield return new(Icons.Material.Outlined.Storage, Texts.StorageFull.With(problem), overview, true);
        }

        foreach (string host in Condition?.SuspendedHosts ?? [])
        {
            yield return new(Icons.Material.Outlined.CloudOff, Texts.OriginFailing.With(host), overview, true);
        }

        foreach (var item in Quarantine)
        {
            yield return new(
                Icons.Material.Outlined.GppBad,
                item.Versions == 1 ? Texts.OneQuarantined.With(item.Provider.Display) : Texts.Quarantined.With(item.Versions, item.Provider.Display),
                Urls.Provider(group, item.Provider),
                true);
        }

        foreach (var (@namespace, versions) in Withheld)
        {
            yield return new(
                Icons.Material.Outlined.GppBad,
                versions == 1 ? Texts.OneWithheld.With(@namespace) : Texts.Withheld.With(versions, @namespace),
                Urls.SigningKeys(group.Split('/')[0], @namespace),
                true);
        }

        foreach (var package in MovedTags)
        {
            yield return new(
                Icons.Material.Outlined.MoveDown,
                Texts.TagMoved.With(package.Origin?.Revision, package.Module.Display),
                Urls.Module(group, package.Module, package.Version),
                true);
        }

        if (CertificateEndsAt is { } end && end - now < CertificateNotice)
        {
            yield return new(
                Icons.Material.Outlined.WorkspacePremium,
                end <= now ? Texts.CertificateExpired : Texts.CertificateExpires.With(RelativeTimeText.FormatUntil(end, now)),
                Urls.InstanceOverview,
                end <= now);
        }

        if (QuotaUsed is > QuotaNotice and var used)
        {
            yield return new(Icons.Material.Outlined.Storage, Texts.QuotaNearlyUsed.With(Math.Floor(used * 100)), Urls.InstanceOverview, false);
        }

        foreach (var key in NewKeys)
        {
            yield return new(
                Icons.Material.Outlined.Key,
                Texts.NewKey.With(key.Provider.Display, key.Owner is { } owner ? SignerText.Short(owner) : FingerprintText.Group(key.Fingerprint)),
                Urls.TrustedKeys(group.Split('/')[0]),
                false);
        }

        foreach (var token in Tokens.Where(token => token.ExpiresAt is { } at && at > now && at - now < TokenNotice))
        {
            yield return new(
                Icons.Material.Outlined.VpnKey,
                Texts.TokenExpires.With(token.Name, RelativeTimeText.FormatUntil(token.ExpiresAt!.Value, now)),
                Urls.Account,
                false);
        }
    }
}
