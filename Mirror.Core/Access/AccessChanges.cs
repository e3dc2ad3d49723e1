namespace Mirror.Core.Access;

/// <summary>Tells what is kept in memory that principals, roles or tokens changed, after the change is committed.</summary>
public sealed class AccessChanges
{
    /// <summary>Raised on the thread that made the change; handlers must be quick and not throw.</summary>
    public event Action? Changed;

    internal void Publish() => Changed?.Invoke();
}
