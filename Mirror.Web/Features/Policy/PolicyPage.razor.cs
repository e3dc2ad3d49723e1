using Microsoft.AspNetCore.Components;
using Mirror.Core.Addresses;
using Mirror.Core.Configuration;
using Mirror.Core.Database;
using Mirror.Core.Policy;
using Mirror.Web.Ui.Layout;
using Mirror.Web.Ui.Widgets;
using Radzen;

namespace Mirror.Web.Features.Policy;

/// <summary>What a root group lets through, what that means, and for owners, changing it.</summary>
public sealed partial class PolicyPage(PolicyLoader loader, PolicyActions actions, PolicyChanges changes, DialogService dialogs, Notices notices) : ComponentBase, IDisposable
{
    private static readonly (PolicyRuleKind Kind, string Title, string About, string None)[] Kinds =
    [
        (PolicyRuleKind.Deny, "Denied", "Never listed or served, whatever else allows it.", "Nothing is denied."),
        (PolicyRuleKind.Allow, "Allowed", "As soon as there is one such rule, nothing else is let through.", "No allow rule: everything that is not denied is let through."),
        (PolicyRuleKind.AllowUnsigned, "Allowed without a signature", "Providers whose registry offers no signing key are refused, but for these. Their packages are checked against the registry's checksums only.", "No exception: every provider must be signed."),
    ];

    private readonly CancellationTokenSource _gone = new();
    private PolicyRuleForm _rule = new();
    private string? _group;
    private string _age = "";
    private string? _ageProblem;
    private bool _tried;

    [Parameter]
    public string Group { get; set; } = "";

    [CascadingParameter]
    private HttpContext? HttpContext { get; set; }

    /// <summary>Handed from the prerendered page to the circuit, whose first picture is therefore the same.</summary>
    [PersistentState]
    public ShownPolicy? Loaded { get; set; }

    public void Dispose()
    {
        changes.Changed -= OnChanged;
        _gone.Cancel();
        _gone.Dispose();
    }

    protected override void OnInitialized()
    {
        if (RendererInfo.IsInteractive)
        {
            changes.Changed += OnChanged;
        }
    }

    protected override async Task OnParametersSetAsync()
    {
        if (_group != Group)
        {
            _group = Group;
            if (Loaded?.Group != Group)
            {
                Loaded = await loader.LoadAsync(Group, _gone.Token);
            }

            _age = AgeInput(Loaded?.MinimumReleaseAge);
        }

        if (Loaded is { RootGroupId: null })
        {
            PageStatus.NotFound(HttpContext);
        }
    }

    private bool MayChange => Loaded is { MayChange: true };

    private static string AgeText(TimeSpan? age) => age is { } known ? DurationText.Format(known) : "Any age";

    private static string AgeInput(TimeSpan? age) => age switch
    {
        null => "",
        { } whole when whole.Ticks % TimeSpan.TicksPerDay == 0 => FormattableString.Invariant($"{whole.Ticks / TimeSpan.TicksPerDay}d"),
        { } whole when whole.Ticks % TimeSpan.TicksPerHour == 0 => FormattableString.Invariant($"{whole.Ticks / TimeSpan.TicksPerHour}h"),
        { } other => FormattableString.Invariant($"{other.Ticks / TimeSpan.TicksPerMinute}m"),
    };

    private static string Short(string pattern)
    {
        string @default = $"{ProviderHostname.Default.Value}/";
        return pattern.StartsWith(@default, StringComparison.Ordinal) ? pattern[@default.Length..] : pattern;
    }

    private static string Describe(ShownRule rule) => rule.Versions is null ? Short(rule.Provider) : $"{Short(rule.Provider)} {rule.Versions}";

    private void OnChanged(long rootGroupId)
    {
        if (rootGroupId == Loaded?.RootGroupId)
        {
            _ = InvokeAsync(RefreshAsync);
        }
    }

    private async Task RefreshAsync()
    {
        if (!_gone.IsCancellationRequested)
        {
            Loaded = await loader.LoadAsync(Group, _gone.Token);
            StateHasChanged();
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
        if (Loaded?.RootGroupId is { } id && await ReportAsync(actions.SetMinimumReleaseAgeAsync(id, age > TimeSpan.Zero ? age : null, _gone.Token), "The minimum release age is saved."))
        {
            _age = AgeInput(age > TimeSpan.Zero ? age : null);
        }
    }

    private async Task AddAsync()
    {
        _tried = true;
        if (_rule.IsValid && Loaded?.RootGroupId is { } id && await ReportAsync(actions.AddAsync(id, _rule, _gone.Token), "The rule holds from now on."))
        {
            _rule = new PolicyRuleForm { Kind = _rule.Kind };
            _tried = false;
        }
    }

    private async Task RemoveAsync(ShownRule rule)
    {
        var text = new DeletionText(
            $"This rule goes: {Kinds.First(kind => kind.Kind == rule.Kind).Title.ToLowerInvariant()}",
            [Describe(rule)],
            rule.Kind == PolicyRuleKind.Deny ? "What it hid is listed and served again at once." : "What only it let through is no longer listed or served.");
        if (await ConfirmDeletion.AskAsync(dialogs, "Remove rule", "Remove rule", text) && Loaded?.RootGroupId is { } id)
        {
            await ReportAsync(actions.RemoveAsync(id, rule.Id, _gone.Token), "The rule is gone.");
        }
    }

    private async Task<bool> ReportAsync(Task<bool> change, string done)
    {
        bool changed = await change;
        notices.Leave(changed ? new Notice(done, false) : new Notice("Nothing was changed: only owners may, or your session has ended. Sign in again.", true));
        await RefreshAsync();
        return changed;
    }
}
