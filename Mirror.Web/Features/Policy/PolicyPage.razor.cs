using Mirror.Core.Access;
using Mirror.Core.Catalog;
using Mirror.Core.Configuration;
using Mirror.Core.Database;
using Mirror.Core.Policy;
using Mirror.Web.Ui.Widgets;

namespace Mirror.Web.Features.Policy;

/// <param name="IsRoot">Whether the page's group is the root group.</param>
/// <param name="Root">The name of the root group.</param>
public sealed record PolicyContent(long RootGroupId, string Root, bool IsRoot, bool MayChange, RootGroupPolicy Policy)
{
    public IEnumerable<PolicyRule> Of(PolicyRuleKind kind) => Policy.Rules.Where(rule => rule.Kind == kind);
}

/// <summary>The policy of a root group; owners can change it.</summary>
public sealed partial class PolicyPage(Policies policies, PolicyChanges changes)
{
    private static readonly (PolicyRuleKind Kind, string Title, string About, string None)[] Kinds =
    [
        (PolicyRuleKind.Deny, "Denied", "Never listed or served, even if another rule allows it.", "Nothing is denied."),
        (
            PolicyRuleKind.Allow,
            "Allowed",
            "If there is an allow rule, all other providers are denied.",
            "No allow rules: everything that is not denied is allowed."),
        (
            PolicyRuleKind.AllowUnsigned,
            "Allowed without a signature",
            "Providers without a signing key are rejected, except these. Their packages are checked only against the registry's sums.",
            "No exceptions: every provider must be signed."),
    ];

    private PolicyRuleForm _rule = new();
    private string _age = "";
    private string? _ageProblem;
    private bool _tried;

    protected override AccessAction Needs => AccessAction.Read;

    public override void Dispose()
    {
        changes.Changed -= OnChanged;
        base.Dispose();
    }

    protected override void OnInitialized()
    {
        if (RendererInfo.IsInteractive)
        {
            changes.Changed += OnChanged;
        }
    }

    protected override async Task<PolicyContent> LoadAsync(
        ResolvedNamespace scope, AccessSubject user, CancellationToken cancellationToken) => new(
        scope.RootGroupId,
        scope.Path.RootName,
        scope.IsRoot,
        scope.IsRoot && AccessPolicy.Decide(user, AccessAction.ManageSettings, scope) == AccessDecision.Allow,
        await policies.FindAsync(scope.RootGroupId, cancellationToken));

    protected override void Reset() => _age = AgeInput(Content?.Policy.MinimumReleaseAge);

    private static string AgeText(TimeSpan? age) => age is { } known ? DurationText.Format(known) : "Any age";

    private static string AgeInput(TimeSpan? age) => age switch
    {
        null => "",
        { } whole when whole.Ticks % TimeSpan.TicksPerDay == 0 => FormattableString.Invariant($"{whole.Ticks / TimeSpan.TicksPerDay}d"),
        { } whole when whole.Ticks % TimeSpan.TicksPerHour == 0 => FormattableString.Invariant($"{whole.Ticks / TimeSpan.TicksPerHour}h"),
        { } other => FormattableString.Invariant($"{other.Ticks / TimeSpan.TicksPerMinute}m"),
    };

    private static string Describe(PolicyRule rule) =>
        rule.Versions is null ? rule.Provider.Display : $"{rule.Provider.Display} {rule.Versions}";

    private void OnChanged(long rootGroupId)
    {
        if (rootGroupId == Content?.RootGroupId)
        {
            _ = InvokeAsync(RefreshAsync);
        }
    }

    private async Task SaveAgeAsync()
    {
        string text = _age.Trim();
        var age = TimeSpan.Zero;
        if (text.Length > 0 && !Quantity.TryParseDuration(text, out age))
        {
            _ageProblem = $"“{text}” is not a duration; enter a value such as 72h or 7d, or leave it empty for any age.";
            return;
        }

        _ageProblem = null;
        TimeSpan? wanted = age > TimeSpan.Zero ? age : null;
        if (await ChangeAsync((root, by) =>
            policies.SetMinimumReleaseAgeAsync(root, wanted, by, CancellationToken.None), "Saved the minimum release age."))
        {
            _age = AgeInput(wanted);
        }
    }

    private async Task AddAsync()
    {
        _tried = true;
        if (!_rule.IsValid)
        {
            return;
        }

        var (provider, versions, comment) = _rule.Parse();
        if (await ChangeAsync((root, by) =>
            policies.AddRuleAsync(root, _rule.Kind, provider, versions, comment, by, CancellationToken.None),
            "Added the rule."))
        {
            _rule = new PolicyRuleForm { Kind = _rule.Kind };
            _tried = false;
        }
    }

    private async Task RemoveAsync(PolicyRule rule)
    {
        var text = new DeletionText(
            $"Remove this rule: {Kinds.First(kind => kind.Kind == rule.Kind).Title.ToLowerInvariant()}",
            [Describe(rule)],
            rule.Kind == PolicyRuleKind.Deny
                ? "Versions that it hid are available again immediately."
                : "Versions that only this rule allowed are no longer available.");
        if (await ConfirmAsync("Remove rule", "Remove rule", text))
        {
            // A rule that is already removed is fine.
            await ChangeAsync((root, by) => policies.RemoveRuleAsync(root, rule.Id, by, CancellationToken.None), "Removed the rule.");
        }
    }

    /// <summary>Changes the policy of the root group; other pages show it read-only.</summary>
    private async Task<bool> ChangeAsync(Func<long, Principal, Task> change, string done)
    {
        var result = await ChangeAsync(
            async (scope, by) =>
            {
                await (scope.IsRoot ? change(scope.NamespaceId, by.Principal) : Task.CompletedTask);
                return scope.IsRoot;
            },
            changed => changed ? new Notification(done, false) : null,
            AccessAction.ManageSettings);
        return result is { IsPermitted: true, Outcome: true };
    }
}
