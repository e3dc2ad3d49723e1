using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Mirror.Core.Catalog;
using Mirror.Core.Database;

namespace Mirror.Core.Audit;

/// <summary>Something that somebody wanted and did not get.</summary>
/// <param name="Wanted">What for, in the policy's words: <c>ChangeMirror</c>.</param>
/// <param name="Scope">Where; null: elsewhere than in a namespace that exists.</param>
/// <param name="Target">The namespace as it was asked for.</param>
/// <param name="Reason">Why, the same for all of a kind.</param>
public sealed record AccessRefusal(Principal By, string Wanted, MirrorScope? Scope, string Target, string Reason)
{
    /// <summary>What was asked, such as a method and a path without its query; told of the first of many.</summary>
    public string? Request { get; init; }

    internal (Principal, string?, string, long?, string, string) Key => (By, By.RemoteAddress, Wanted, Scope?.NamespaceId, Target, Reason);
}

/// <summary>
/// Keeps refusals as audit events. Equal ones within a minute are one event with their number, and there are only so many
/// events a minute: a flood of requests neither fills the database nor waits for it.
/// </summary>
public sealed class RefusalLog(IDbContextFactory<MirrorDbContext> databases, TimeProvider time) : IDisposable
{
    public const string Action = "access.refuse";

    private const int MaxText = 200;
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _flushing = new(1, 1);
    private readonly Dictionary<object, Entry> _entries = [];

    // Strangers must not crowd out what members are refused.
    private readonly RefusalBudget _strangers = new(time);
    private readonly RefusalBudget _known = new(time);

    public void Dispose() => _flushing.Dispose();

    /// <summary>Remembers it; written by the next <see cref="FlushAsync"/>.</summary>
    public void Record(AccessRefusal refusal)
    {
        lock (_gate)
        {
            if (!_entries.TryGetValue(refusal.Key, out var entry) || !entry.First.IsWithin(Window, time))
            {
                entry = Find(refusal);
            }

            entry.Count++;
        }
    }

    /// <summary>Writes what was refused since the last time.</summary>
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

    private Entry Find(AccessRefusal refusal)
    {
        bool stranger = refusal.By.Kind == PrincipalKind.Anonymous;
        var budget = stranger ? _strangers : _known;
        object key = refusal.Key;
        if (!budget.TryTake())
        {
            // Told together: how many there were is worth knowing, what each was is not worth a full disk.
            key = (stranger, "more");
            refusal = new AccessRefusal(
                stranger ? Principal.Anonymous : Principal.System, "Various", null, stranger ? "strangers" : "members", "more were refused than are told one by one");
            if (_entries.TryGetValue(key, out var more) && more.First.IsWithin(Window, time))
            {
                return more;
            }
        }

        // One that has ended and is not yet written must not be lost.
        if (_entries.Remove(key, out var ended) && ended.Count > ended.Written)
        {
            _entries[new object()] = ended;
        }

        return _entries[key] = new Entry(refusal, Moment.Now(time));
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

    private sealed class Entry(AccessRefusal refusal, Moment first)
    {
        public Moment First => first;

        public int Count { get; set; }

        public int Written { get; set; }

        public long RowId { get; set; }

        public AuditRow ToRow(int count) => new(first.At, Action, refusal.By)
        {
            RootGroupId = refusal.Scope?.RootGroupId,
            NamespaceId = refusal.Scope?.NamespaceId,
            Succeeded = false,
            Target = Cut(refusal.Target),
            Detail = Detail(count),
        };

        public string Detail(int count)
        {
            string what = refusal.Request is { } request ? $"{refusal.Wanted}: {refusal.Reason} ({Cut(request)})" : $"{refusal.Wanted}: {refusal.Reason}";
            return count == 1 ? what : string.Create(CultureInfo.InvariantCulture, $"{what}; {count} times within a minute");
        }

        private static string Cut(string text) => text.Length <= MaxText ? text : text[..MaxText] + "…";
    }
}
