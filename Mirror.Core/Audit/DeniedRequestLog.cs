using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Mirror.Core.Catalog;
using Mirror.Core.Database;

namespace Mirror.Core.Audit;

/// <summary>A request denied by access control.</summary>
/// <param name="Wanted">The denied action, by its name in the access policy: <c>ChangeMirror</c>.</param>
/// <param name="Scope">The namespace; null if it does not exist or the request did not concern one.</param>
/// <param name="Target">The namespace as given in the request.</param>
/// <param name="Reason">The reason, the same for all requests of a kind.</param>
public sealed record DeniedRequest(Principal By, string Wanted, ResolvedNamespace? Scope, string Target, string Reason)
{
    /// <summary>Method and path, without the query. If several requests are merged into one event, those of the first.</summary>
    public string? Request { get; init; }

    internal (Principal, string?, string, long?, string, string) Key => (By, By.RemoteAddress, Wanted, Scope?.NamespaceId, Target, Reason);
}

/// <summary>
/// Records denied requests as audit events. Equal requests within a minute become one event with a count, and the number of events per
/// minute is limited, so that a flood of requests neither fills the database nor waits for it.
/// </summary>
public sealed class DeniedRequestLog(IDbContextFactory<MirrorDbContext> databases, TimeProvider time) : IDisposable
{
    public const string Action = "access.refuse";

    private const int MaxText = 200;
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _flushing = new(1, 1);
    private readonly Dictionary<object, Entry> _entries = [];

    // Anonymous requests must not crowd out those of members.
    private readonly DeniedRequestBudget _anonymous = new(time);
    private readonly DeniedRequestBudget _known = new(time);

    public void Dispose() => _flushing.Dispose();

    /// <summary>Records the request in memory; the next <see cref="FlushAsync"/> writes it.</summary>
    public void Record(DeniedRequest denied)
    {
        lock (_gate)
        {
            if (!_entries.TryGetValue(denied.Key, out var entry) || !entry.First.IsWithin(Window, time))
            {
                entry = Find(denied);
            }

            entry.Count++;
        }
    }

    /// <summary>Writes the requests recorded since the last flush.</summary>
    public async Task FlushAsync(CancellationToken cancellationToken)
    {
        List<(Entry Entry, int Count)> changed;
        lock (_gate)
        {
            changed = [.. _entries.Values.Where(entry => entry.Count > entry.Written).Select(entry => (entry, entry.Count))];
        }

        if (changed.Count == 0)
        {
            Forget();
            return;
        }

        await _flushing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await using var db = databases.CreateDbContext();
            var added = new List<(Entry Entry, AuditRow Row)>();
            foreach (var (entry, count) in changed.Where(item => item.Count > item.Entry.Written))
            {
                if (entry.RowId == 0)
                {
                    var row = entry.ToRow(count);
                    db.Audit.Add(row);
                    added.Add((entry, row));
                }
                else
                {
                    string detail = entry.Detail(count);
                    await db.Audit.Where(row => row.Id == entry.RowId)
                        .ExecuteUpdateAsync(set => set.SetProperty(row => row.Detail, detail), cancellationToken).ConfigureAwait(false);
                }
            }

            await db.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
            added.ForEach(item => item.Entry.RowId = item.Row.Id);
            changed.ForEach(item => item.Entry.Written = Math.Max(item.Entry.Written, item.Count));
        }
        finally
        {
            _flushing.Release();
        }

        Forget();
    }

    private Entry Find(DeniedRequest denied)
    {
        bool isAnonymous = denied.By.Kind == PrincipalKind.Anonymous;
        var budget = isAnonymous ? _anonymous : _known;
        object key = denied.Key;
        if (!budget.TryTake())
        {
            // Over budget, requests are only counted: the number is useful, but not worth filling a disk with details.
            key = (isAnonymous, "more");
            denied = new DeniedRequest(
                isAnonymous ? Principal.Anonymous : Principal.System,
                "Various",
                null,
                isAnonymous ? "anonymous clients" : "members",
                "too many denied requests to list individually");
            if (_entries.TryGetValue(key, out var more) && more.First.IsWithin(Window, time))
            {
                return more;
            }
        }

        // An entry whose minute has ended must be kept until it has been written.
        if (_entries.Remove(key, out var ended) && ended.Count > ended.Written)
        {
            _entries[new object()] = ended;
        }

        return _entries[key] = new Entry(denied, Moment.Now(time));
    }

    private void Forget()
    {
        lock (_gate)
        {
            foreach (var (key, entry) in _entries.ToList())
            {
                if (!entry.First.IsWithin(Window, time) && entry.Count == entry.Written)
                {
                    _entries.Remove(key);
                }
            }
        }
    }

    private sealed class Entry(DeniedRequest denied, Moment first)
    {
        public Moment First => first;

        public int Count { get; set; }

        public int Written { get; set; }

        public long RowId { get; set; }

        public AuditRow ToRow(int count) => new(first.At, Action, denied.By)
        {
            RootGroupId = denied.Scope?.RootGroupId,
            NamespaceId = denied.Scope?.NamespaceId,
            Succeeded = false,
            Target = Cut(denied.Target),
            Detail = Detail(count),
        };

        public string Detail(int count)
        {
            string what = denied.Request is { } request
                ? $"{denied.Wanted}: {denied.Reason} ({Cut(request)})"
                : $"{denied.Wanted}: {denied.Reason}";
            return count == 1 ? what : string.Create(CultureInfo.InvariantCulture, $"{what}; {count} times within a minute");
        }

        private static string Cut(string text) => text.Length <= MaxText ? text : text[..MaxText] + "…";
    }
}
