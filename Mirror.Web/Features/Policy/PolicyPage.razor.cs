using Microsoft.AspNetCore.Components;
using Mirror.Core.Access;
using Mirror.Core.Catalog;
using Mirror.Core.Database;
using Mirror.Core.Fetching;
using Mirror.Core.Policy;
using Mirror.Web.Ui.Widgets;
using MudBlazor;

namespace Mirror.Web.Features.Policy;

/// <param name="IsRoot">Whether the page's group is the root group.</param>
/// <param name="Root">The name of the root group.</param>
public sealed record PolicyContent(long RootGroupId, string Root, bool IsRoot, bool MayChange, RootGroupPolicy Policy);

/// <summary>The policy of a root group; owners can change it.</summary>
public sealed partial class PolicyPage(Policies policies, PolicyPreviews previews, PolicyChanges changes)
{
    private readonly Dictionary<(long Rule, int Step), MudIconButton> _movers = [];
    private (long Rule, int Step)? _moved;

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

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        // The browser forgets the focus of a row that moves.
        if (_moved is { } moved && Content?.Policy.Find(moved.Rule) is { } rule)
        {
            _moved = null;
            bool isLast = moved.Step < 0 ? rule.Position == 1 : rule.Position == Content.Policy.Rules.Count;
            if (_movers.TryGetValue((moved.Rule, isLast ? -moved.Step : moved.Step), out var button) && button is not null)
            {
                await button.FocusAsync();
            }
        }
    }

    private void OnChanged(long rootGroupId)
    {
        if (rootGroupId == Content?.RootGroupId)
        {
            _ = InvokeAsync(RefreshAsync);
        }
    }

    private Task AddAsync() => ShowAsync<PolicyRuleDialog>(Texts.AddRule, new DialogParameters<PolicyRuleDialog>
    {
        { dialog => dialog.Preview, PreviewAsync },
        {
            dialog => dialog.Save,
            rule => ChangeAsync((root, by) => policies.AddRuleAsync(root, rule, by, CancellationToken.None), Texts.RuleAdded)
        },
    });

    private Task EditAsync(PolicyRule edited) => ShowAsync<PolicyRuleDialog>(Texts.EditRule, new DialogParameters<PolicyRuleDialog>
    {
        { dialog => dialog.Edited, edited },
        { dialog => dialog.Preview, PreviewAsync },
        { dialog => dialog.Save, rule => SaveAsync(rule, Texts.RuleSaved) },
    });

    private Task SwitchAsync(PolicyRule rule)
    {
        var switched = rule with { Enabled = !rule.Enabled };
        return ShowAsync<RuleChangeDialog>(
            rule.Enabled ? Texts.DisableRule : Texts.EnableRule,
            new DialogParameters<RuleChangeDialog>
            {
                { dialog => dialog.Rule, rule },
                { dialog => dialog.Question, rule.Enabled ? Texts.DisableQuestion : Texts.EnableQuestion },
                { dialog => dialog.Action, rule.Enabled ? Texts.Disable : Texts.Enable },
                { dialog => dialog.Change, policy => policy.With(switched) },
                { dialog => dialog.Preview, PreviewAsync },
                { dialog => dialog.Save, () => SaveAsync(switched, rule.Enabled ? Texts.RuleDisabled : Texts.RuleEnabled) },
            });
    }

    private Task DeleteAsync(PolicyRule rule) => ShowAsync<RuleChangeDialog>(Texts.DeleteRule, new DialogParameters<RuleChangeDialog>
    {
        { dialog => dialog.Rule, rule },
        { dialog => dialog.Question, Texts.DeleteQuestion },
        { dialog => dialog.Action, Ui.Texts.Delete },
        { dialog => dialog.IsDeletion, true },
        { dialog => dialog.Change, policy => policy.Without(rule.Id) },
        { dialog => dialog.Preview, PreviewAsync },
        {
            // A rule that is already deleted is fine.
            dialog => dialog.Save,
            () => ChangeAsync((root, by) => policies.RemoveRuleAsync(root, rule.Id, by, CancellationToken.None), Texts.RuleDeleted)
        },
    });

    private Task ChangeAgeAsync() => ShowAsync<MinimumAgeDialog>(Texts.MinimumAge, new DialogParameters<MinimumAgeDialog>
    {
        { dialog => dialog.Age, Content?.Policy.MinimumReleaseAge },
        { dialog => dialog.Preview, PreviewAsync },
        {
            dialog => dialog.Save,
            age => ChangeAsync((root, by) => policies.SetMinimumReleaseAgeAsync(root, age, by, CancellationToken.None), Texts.MinimumAgeSaved)
        },
    });

    private async Task MoveAsync(PolicyRule rule, int step)
    {
        _moved = (rule.Id, step);
        await ChangeAsync(
            (root, by) => policies.MoveRuleAsync(root, rule.Id, rule.Position + step, by, CancellationToken.None),
            Texts.RuleMoved.With(rule.Position + step));
    }

    private Task SaveAsync(PolicyRule rule, string done) =>
        ChangeAsync((root, by) => policies.ChangeRuleAsync(root, rule, by, CancellationToken.None), done);

    private Task ShowAsync<TDialog>(string title, DialogParameters<TDialog> parameters)
        where TDialog : IComponent =>
        Dialogs.ShowAsync<TDialog>(title, parameters, FormDialog.Options);

    /// <summary>Only users who may change the policy see its effect, which names every provider of the root group.</summary>
    private async Task<PolicyEffect?> PreviewAsync(Func<RootGroupPolicy, RootGroupPolicy> change, CancellationToken cancellationToken) =>
        await User.CheckAsync(AccessAction.ManageSettings, Group, cancellationToken) is { IsAllowed: true, Scope: { IsRoot: true } scope }
            ? await previews.PreviewAsync(scope, change, cancellationToken)
            : null;

    /// <summary>Changes the policy of the root group; other pages show it read-only.</summary>
    private Task ChangeAsync(Func<long, Principal, Task> change, string done) => ChangeAsync(
        async (scope, by) =>
        {
            await (scope.IsRoot ? change(scope.NamespaceId, by.Principal) : Task.CompletedTask);
            return scope.IsRoot;
        },
        changed => changed ? new Notification(done, false) : null,
        AccessAction.ManageSettings);
}
