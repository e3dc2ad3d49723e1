using System.Globalization;
using Microsoft.AspNetCore.Components;
using Mirror.Core.Access;
using Mirror.Core.Catalog;
using Mirror.Core.Fetching;
using Mirror.Web.Http;
using MudBlazor;

namespace Mirror.Web.Features.Mirrors;

/// <summary>Chooses the filters of the list from the values that occur in it.</summary>
public sealed partial class FilterDialog(StoredVersions stored, CurrentUser user) : ComponentBase
{
    private static readonly int[] UsualPeriods = [7, 30, 90, 180, 365];

    private VersionFilterChoices? _choices;
    private string? _trust;
    private string? _hostname;
    private string? _platform;
    private string? _cachedBy;
    private string? _from;
    private string? _to;
    private int? _unused;
    private bool? _hidden;

    [CascadingParameter]
    private IMudDialogInstance Dialog { get; set; } = null!;

    /// <summary>As in the page's URL.</summary>
    [Parameter, EditorRequired]
    public required string Group { get; set; }

    /// <summary>The filters in use.</summary>
    [Parameter, EditorRequired]
    public required ListFilter Filter { get; set; }

    private IEnumerable<int> Periods => _unused is { } days ? UsualPeriods.Append(days).Distinct().Order() : UsualPeriods;

    private IEnumerable<string> Principals => _cachedBy is { } name ? _choices!.CachedBy.Append(name).Distinct() : _choices!.CachedBy;

    /// <summary>Shows the dialog.</summary>
    /// <returns>The chosen filters; null if the user cancels.</returns>
    public static async Task<ListFilter?> AskAsync(IDialogService dialogs, string group, ListFilter filter)
    {
        var dialog = await dialogs.ShowAsync<FilterDialog>(
            Texts.Filters, new DialogParameters<FilterDialog> { { x => x.Group, group }, { x => x.Filter, filter } });
        return await dialog.Result is { Canceled: false, Data: ListFilter chosen } ? chosen : null;
    }

    protected override async Task OnInitializedAsync()
    {
        var chosen = Filter.ToParameters().ToDictionary(item => item.Name, item => item.Value);
        (_trust, _hostname, _platform, _cachedBy) = (Filter.Trust, Filter.Hostname?.Value, Filter.Platform?.Value, Filter.CachedBy);
        (_from, _to, _unused, _hidden) = (chosen.GetValueOrDefault("from"), chosen.GetValueOrDefault("to"), Filter.UnusedDays, Filter.Hidden);
        _choices = await user.CheckAsync(AccessAction.Read, Group) is { IsAllowed: true, Scope: { } scope } access
            ? await stored.FindChoicesAsync(scope, !access.SeesProtected, CancellationToken.None)
            : new VersionFilterChoices([], [], []);
    }

    private void Apply()
    {
        string? unused = _unused is { } days ? string.Create(CultureInfo.InvariantCulture, $"{days}d") : null;
        string? hidden = _hidden switch { true => "yes", false => "no", null => null };
        var filter = ListFilter.Read(
            name => name switch
            {
                "trust" => _trust,
                "host" => _hostname,
                "provider" => Filter.Provider?.Display,
                "platform" => _platform,
                "by" => _cachedBy,
                "from" => _from,
                "to" => _to,
                "unused" => unused,
                "hidden" => hidden,
                _ => null,
            },
            out _);
        Dialog.Close(DialogResult.Ok(filter));
    }
}
