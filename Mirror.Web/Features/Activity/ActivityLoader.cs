using Mirror.Core.Access;
using Mirror.Core.Audit;
using Mirror.Core.Catalog;
using Mirror.Core.Usage;
using Mirror.Web.Http;

namespace Mirror.Web.Features.Activity;

/// <summary>The downloads of one day, in a form that passes from the prerendered page to its circuit.</summary>
/// <param name="Subject">A provider, or the number of providers.</param>
/// <param name="Url">The provider's page, or the list.</param>
public sealed record ListedDownloads(DateOnly Day, string Subject, string Url, Traffic Traffic);

/// <summary>A line of the list: either an event or downloads.</summary>
public sealed record ActivityLine(DateTimeOffset At, AuditEvent? Event, ListedDownloads? Downloads = null);

/// <param name="Next">Where the next page begins; null on the last page.</param>
public sealed record ActivityList(string Group, ActivityState State, PageAccess Access, IReadOnlyList<ActivityLine> Lines, long? Next);

/// <summary>Loads the audit events of a group or workspace and its descendants, for users who may see them.</summary>
public sealed class ActivityLoader(AuditReader audit, StatisticsReader statistics, CurrentUser user, TimeProvider time)
{
    public async Task<ActivityList> LoadAsync(string group, ActivityState state, CancellationToken cancellationToken)
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
            return await ListServedAsync(group, state, scope, cancellationToken).ConfigureAwait(false);
        }

        var page = await audit.ListAsync(state.ToQuery(scope, time.GetUtcNow()), cancellationToken).ConfigureAwait(false);
        var days = state.IncludesServed && scope.IsRoot
            ? await SumServedAsync(group, state, scope, page, cancellationToken).ConfigureAwait(false)
            : [];
        return new ActivityList(
            group,
            state,
            PageAccess.Allowed,
            [.. days.Concat(page.Items.Select(item => new ActivityLine(item.At, item))).OrderByDescending(line => line.At)],
            page.Next);
    }

    private async Task<ActivityList> ListServedAsync(
        string group, ActivityState state, ResolvedNamespace scope, CancellationToken cancellationToken)
    {
        // Downloads are counted for the root group, without users, and never as failures.
        if (!scope.IsRoot || state.Who.Length > 0 || state.Outcome == "failed")
        {
            return new ActivityList(group, state, PageAccess.Allowed, [], null);
        }

        var page = await statistics.ListServedAsync(scope.RootGroupId, state.ToServedQuery(time.GetUtcNow()), cancellationToken)
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
        string group, ActivityState state, ResolvedNamespace scope, AuditPage events, CancellationToken cancellationToken)
    {
        var query = state.ToServedQuery(time.GetUtcNow());
        var days = await statistics.SumServedAsync(
            scope.RootGroupId,
            query with
            {
                From = events.Next is null ? query.From : Later(query.From, events.Items[^1].At),
                To = state.Before is { } before ? await audit.FindTimeAsync(before, cancellationToken).ConfigureAwait(false) : null,
            },
            cancellationToken).ConfigureAwait(false);
        string url = (state with { What = ActivityState.Served, Before = null }).ToUrl(Urls.Activity(group));
        return days.Select(day => new ActivityLine(
            EndOf(day.Day),
            null,
            new ListedDownloads(
                day.Day,
                query.Provider?.Display ?? $"{day.Providers} {(day.Providers == 1 ? "provider" : "providers")}",
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
