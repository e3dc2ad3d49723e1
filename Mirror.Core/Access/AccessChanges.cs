namespace Mirror.Core.Access;

/// <summary>Notifies caches of changes to principals, roles or tokens, after they have been committed.</summary>
public sealed class AccessChanges
{
    /// <summary>Raised on the thread that made the change. Handlers must be fast and must not throw.</summary>
    public event Action? Changed;

    internal void Publish() => Changed?.Invoke();
}
