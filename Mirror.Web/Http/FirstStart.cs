using Mirror.Core.Database;

namespace Mirror.Web.Http;

/// <summary>Whether administrators are still led to the steps after the first start. All replicas and administrators share it.</summary>
public sealed class FirstStart(InstanceSettings settings, TimeProvider time)
{
    private const string Setting = "first-start";
    private bool _isOver;

    /// <summary>Whether the steps were finished or dismissed, which cannot be undone.</summary>
    public async Task<bool> IsOverAsync(CancellationToken cancellationToken) =>
        _isOver |= await settings.FindAsync(Setting, cancellationToken).ConfigureAwait(false) is not null;

    /// <param name="dismissed">Whether the administrator did not want to see the steps to the end.</param>
    public async Task EndAsync(bool dismissed, Principal by, CancellationToken cancellationToken)
    {
        string how = dismissed ? "dismissed" : "finished";
        var audit = new AuditRow(time.GetUtcNow(), "first-start.end", by) { Detail = how };
        await settings.AddAsync(Setting, how, audit, cancellationToken).ConfigureAwait(false);
        _isOver = true;
    }
}
