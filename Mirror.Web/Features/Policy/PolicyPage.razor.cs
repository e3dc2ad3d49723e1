using Mirror.Core.Access;
using Mirror.Core.Catalog;
using Mirror.Core.Configuration;
using Mirror.Core.Database;
using Mirror.Core.Policy;
using Mirror.Web.Ui.Widgets;

namespace Mirror.Web.Features.Policy;

/// <param name="IsRoot">Whether the page is of the root group itself, whose policy it is.</param>
/// <param name="Root">The name of the root group.</param>
public sealed record PolicyContent(long RootGroupId, string Root, bool IsRoot, bool MayChange, RootGroupPolicy Policy)
{
    public IEnumerable<PolicyRule> Of(PolicyRuleKind kind) => Policy.Rules.Where(rule => rule.Kind == kind);
}

/// <summary>What a root group lets through, what that means, and for owners, changing it.</summary>
public sealed partial class PolicyPage(Policies policies, PolicyChanges changes)
{
    private static readonly (PolicyRuleKind Kind, string Title, string About, string None)[] Kinds =
    [
        (PolicyRuleKind.Deny, "Denied", "Never listed or served, whatever else allows it.", "Nothing is denied."),
        (
            PolicyRuleKind.Allow,
            "Allowed",
            "As soon as there is one such rule, nothing else is let through.",
            "No allow rule: everything that is not denied is let through."),
        (
            PolicyRuleKind.AllowUnsigned,
            "Allowed without a signature",
            "Providers whose registry offers no signing key are refused, but for these. Their packages are checked against the registry's checksums only.",
            "No exception: every provider must be signed."),
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
            _ageProblem = $"“{text}” is not a duration; expected one such as 72h or 7d, or nothing for any age.";
            return;
        }

        _ageProblem = null;
        TimeSpan? wanted = age > TimeSpan.Zero ? age : null;
        if (await ChangeAsync((root, by) =>
            policies.SetMinimumReleaseAgeAsync(root, wanted, by, CancellationToken.None), "The minimum release age is saved."))
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
            "The rule applies from now on."))
        {
            _rule = new PolicyRuleForm { Kind = _rule.Kind };
            _tried = false;
        }
    }

    private async Task RemoveAsync(PolicyRule rule)
    {
        var text = new DeletionText(
            $"This rule goes: {Kinds.First(kind => kind.Kind == rule.Kind).Title.ToLowerInvariant()}",
            [Describe(rule)],
            rule.Kind == PolicyRuleKind.Deny ? "What it hid is listed and served again at once." : "What only it let through is no longer listed or served.");
        if (await ConfirmAsync("Remove rule", "Remove rule", text))
        {
            // Gone already is as good.
            await ChangeAsync((root, by) => policies.RemoveRuleAsync(root, rule.Id, by, CancellationToken.None), "The rule is gone.");
        }
    }

    /// <summary>Changes the policy of the root group, which is changed at no other page.</summary>
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
