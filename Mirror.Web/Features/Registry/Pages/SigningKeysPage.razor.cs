using Microsoft.AspNetCore.Components;
using Mirror.Core.Access;
using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Database;
using Mirror.Core.Hosted;
using Mirror.Web.Ui.Widgets;
using MudBlazor;

namespace Mirror.Web.Features.Registry.Pages;

/// <param name="Found">Null if the root group has no such registry namespace.</param>
/// <param name="Signed">The number of versions that each key signed, by fingerprint.</param>
public sealed record SigningKeysContent(bool IsRoot, RegistryNamespace? Found, IReadOnlyDictionary<string, int> Signed, bool MayManage);

/// <summary>The keys of a registry namespace, whose signatures its providers need.</summary>
public sealed partial class SigningKeysPage(RegistryNamespaces registry, PublishingKeys keys, PublishedContents published)
{
    private string? _namespace;

    /// <summary>The registry namespace.</summary>
    [Parameter]
    public string Namespace { get; set; } = "";

    protected override AccessAction Needs => AccessAction.Read;

    protected override async Task OnParametersSetAsync()
    {
        if (_namespace is not null && _namespace != Namespace)
        {
            await ReloadAsync();
        }

        _namespace = Namespace;
        await base.OnParametersSetAsync();
    }

    protected override async Task<SigningKeysContent> LoadAsync(
        ResolvedNamespace scope, AccessSubject user, CancellationToken cancellationToken)
    {
        var found = await FindAsync(scope, cancellationToken);
        return new SigningKeysContent(
            scope.IsRoot,
            found,
            found is null ? new Dictionary<string, int>() : await published.CountSignedAsync(found, cancellationToken),
            scope.IsRoot && AccessPolicy.Decide(user, AccessAction.ManageSettings, scope) == AccessDecision.Allow);
    }

    private async Task<RegistryNamespace?> FindAsync(ResolvedNamespace scope, CancellationToken cancellationToken) =>
        await registry.FindAsync(Namespace, cancellationToken) is { } found && found.RootGroupId == scope.RootGroupId ? found : null;

    private int SignedBy(PublishingKey key) => Content?.Signed.GetValueOrDefault(key.Fingerprint) ?? 0;

    private Task AddAsync() => ShowFormAsync<AddKeyDialog>(
        Texts.AddKeyTo.With(Namespace), new DialogParameters<AddKeyDialog> { { x => x.Add, AddAsync } });

    private Task GenerateAsync() => ShowFormAsync<GenerateKeyDialog>(
        Texts.GenerateKeyFor.With(Namespace), new DialogParameters<GenerateKeyDialog> { { x => x.Generate, GenerateAsync } });

    private Task RetireAsync(PublishingKey key) => ShowFormAsync<EndKeyDialog>(
        Texts.RetireKey,
        new DialogParameters<EndKeyDialog>
        {
            { x => x.Key, key },
            { x => x.Versions, SignedBy(key) },
            { x => x.End, reason => EndAsync(key, reason, false) },
        });

    private Task RevokeAsync(PublishingKey key) => ShowFormAsync<EndKeyDialog>(
        Texts.RevokeKey,
        new DialogParameters<EndKeyDialog>
        {
            { x => x.Key, key },
            { x => x.Versions, SignedBy(key) },
            { x => x.IsRevocation, true },
            { x => x.End, reason => EndAsync(key, reason, true) },
        });

    /// <returns>Why the key is refused, or null.</returns>
    private Task<string?> AddAsync(string armor) => SaveAsync((target, by) =>
        armor.Contains("PRIVATE KEY", StringComparison.Ordinal)
            ? keys.AddPrivateAsync(target, armor, by, CancellationToken.None)
            : keys.AddAsync(target, armor, by, CancellationToken.None));

    private Task<string?> GenerateAsync(string owner) => SaveAsync((target, by) => keys.GenerateAsync(target, owner, by, CancellationToken.None));

    private async Task<string?> SaveAsync(Func<RegistryNamespace, Principal, Task<Outcome<PublishingKey>>> save)
    {
        var result = await ChangeAsync<Outcome<PublishingKey>?>(
            async (scope, by) => await FindAsync(scope, CancellationToken.None) is { } target ? await save(target, by.Principal) : (Outcome<PublishingKey>?)null,
            outcome => outcome is { IsSuccess: true, Value: { } added } ? new Notification(Texts.KeyAdded.With(FingerprintText.Group(added.Fingerprint)), false) : null,
            AccessAction.ManageSettings);
        return result is { IsPermitted: true, Outcome: { IsSuccess: false } refused } ? refused.Failure.Message : null;
    }

    private async Task EndAsync(PublishingKey key, string? reason, bool revoke) => await ChangeAsync(
        async (scope, by) => await FindAsync(scope, CancellationToken.None) is not { } target ? PublishingKeyOutcome.NotFound
            : revoke ? await keys.RevokeAsync(target, key.Fingerprint, reason!, by.Principal, CancellationToken.None)
            : await keys.RetireAsync(target, key.Fingerprint, reason, by.Principal, CancellationToken.None),
        outcome => outcome switch
        {
            PublishingKeyOutcome.Changed => new Notification((revoke ? Texts.KeyRevoked : Texts.KeyRetired).With(FingerprintText.Group(key.Fingerprint)), false),
            _ => new Notification(Ui.Texts.NothingChangedConcurrently, true),
        },
        AccessAction.ManageSettings);
}
