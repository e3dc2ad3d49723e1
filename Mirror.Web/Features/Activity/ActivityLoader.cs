using Mirror.Core.Access;
using Mirror.Core.Audit;
using Mirror.Core.Catalog;
using Mirror.Core.Usage;
using Mirror.Web.Http;
using Mirror.Web.Ui.Widgets;

namespace Mirror.Web.Features.Activity;

/// <summary>The downloads of one day, in a form that passes from the prerendered page to its circuit.</summary>
/// <param name="Subject">A provider, or the number of providers.</param>
/// <param name="Url">The provider's page, or the list.</param>
public sealed record ListedDownloads(DateOnly Day, string Subject, string Url, Traffic Traffic);

/// <summary>A line of the list: an event, the events of a run, or downloads.</summary>
public sealed record ActivityLine(DateTimeOffset At, AuditLine? Audit, ListedDownloads? Downloads = null)
{
    /// <summary>The same for the same line after it was loaded again.</summary>
    public string Key => Audit is { } audit ? $"event {audit.Id}" : $"downloads {Downloads!.Day:O} {Downloads.Subject}";
}

/// <param name="Next">Where the next page begins; null on the last page.</param>
public sealed record ActivityList(string Group, ActivityState State, PageAccess Access, IReadOnlyList<ActivityLine> Lines, long? Next);

/// <summary>Loads the audit events of a group or workspace and its descendants, for users who may see them.</summary>
public sealed class ActivityLoader(AuditReader audit, StatisticsReader statistics, CurrentUser user, TimeProvider time)
{
    /// <summary>The maximum number of events of a run on the page.</summary>
    public const int MaxRunEvents = 200;

    /// <param name="zone">The time zone of the days in the filter.</param>
    public async Task<ActivityList> LoadAsync(
        string group, ActivityState state, TimeZoneInfo zone, CancellationToken cancellationToken)
    {
        if (await user.CheckAsync(AccessAction.Read, group, cancellationToken).ConfigureAwait(false) is not { IsAllowed: true, Scope: { } scope } access)
        {
            return new ActivityList(group, state, PageAccess.Unknown, [], null);
        }

        if (!access.May(AccessAction.ManageSettings))
        {
            return new ActivityList(group, state, PageAccess.Denied, [], null);
        }

        if ((state.ProviderProblem ?? state.TextProblem) is not null)
        {
            return new ActivityList(group, state, PageAccess.Allowed, [], null);
        }

        if (state.What == ActivityState.Served)
        {
            return await ListServedAsync(group, state, zone, scope, cancellationToken).ConfigureAwait(false);
        }

        var page = await audit.ListLinesAsync(state.ToQuery(scope, zone), cancellationToken).ConfigureAwait(false);
        var days = state.IncludesServed && scope.IsRoot
            ? await SumServedAsync(group, state, zone, scope, page, cancellationToken).ConfigureAwait(false)
            : [];
        return new ActivityList(
            group,
            state,
            PageAccess.Allowed,
            [.. days.Concat(page.Items.Select(item => new ActivityLine(item.First.At, item))).OrderByDescending(line => line.At)],
            page.Next);
    }

    /// <summary>The events of a run, newest first; empty if the user may not see them.</summary>
    public async Task<IReadOnlyList<AuditEvent>> ListRunAsync(string group, string run, CancellationToken cancellationToken) =>
        await user.CheckAsync(AccessAction.ManageSettings, group, cancellationToken).ConfigureAwait(false) is { IsAllowed: true, Scope: { } scope }
            ? (await audit.ListAsync(new AuditQuery(scope) { Run = run, Take = MaxRunEvents }, cancellationToken).ConfigureAwait(false)).Items
            : [];

    private async Task<ActivityList> ListServedAsync(
        string group, ActivityState state, TimeZoneInfo zone, ResolvedNamespace scope, CancellationToken cancellationToken)
    {
        // Downloads are counted for the root group, without users, and never as failures.
        if (!scope.IsRoot || state.Who.Length > 0 || state.Outcome == ActivityState.Failed)
        {
            return new ActivityList(group, state, PageAccess.Allowed, [], null);
        }

        var page = await statistics.ListServedAsync(scope.RootGroupId, state.ToServedQuery(zone), cancellationToken)
            .ConfigureAwait(false);
        return new ActivityList(
            group,
            state,
            PageAccess.Allowed,
            [.. page.Items.Select(item =>
                new ActivityLine(
                    EndOf(item.Day),
                    null,
                    new ListedDownloads(item.Day, item.Provider.Display, Urls.Provider(group, item.Provider), item.Traffic)))],
            page.Next);
    }

    /// <summary>The days that ended between the events of a page; on the first page also today.</summary>
    private async Task<IEnumerable<ActivityLine>> SumServedAsync(
        string group,
        ActivityState state,
        TimeZoneInfo zone,
        ResolvedNamespace scope,
        AuditLines events,
        CancellationToken cancellationToken)
    {
        var query = state.ToServedQuery(zone);
        var days = await statistics.SumServedAsync(
            scope.RootGroupId,
            query with
            {
                From = events.Next is null ? query.From : Later(query.From, events.Items[^1].First.At),
                To = state.Before is { } before
                    ? await audit.FindTimeAsync(before, cancellationToken).ConfigureAwait(false)
                    : query.To,
            },
            cancellationToken).ConfigureAwait(false);
        string url = (state with { What = ActivityState.Served, Before = null }).ToUrl(Urls.Activity(group));
        return days.Select(day => new ActivityLine(
            EndOf(day.Day),
            null,
            new ListedDownloads(
                day.Day,
                query.Provider?.Display ?? TextFormat.Count(day.Providers, Texts.OneProvider, Texts.ManyProviders),
                url,
                day.Traffic)));
    }

    /// <summary>The position of a day among the events: after all events of that day.</summary>
    private DateTimeOffset EndOf(DateOnly day)
    {
        var (end, now) = (new DateTimeOffset(day.AddDays(1), TimeOnly.MinValue, TimeSpan.Zero), time.GetUtcNow());
        return end < now ? end : now;
    }

    private static DateTimeOffset Later(DateTimeOffset? one, DateTimeOffset other) => one > other ? one.Value : other;
}
