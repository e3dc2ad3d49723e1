namespace Mirror.Web.Hosting;

/// <summary>Whether the server has completed its start and is not stopping.</summary>
public sealed class Readiness
{
    private volatile bool _ready;

    public bool IsReady
    {
        get => _ready;
        internal set => _ready = value;
    }
}
