using Mirror.Core.Addresses;
using Mirror.Core.Database;
using Mirror.Core.Policy;
using Mirror.Web.Ui.Widgets;

namespace Mirror.Web.Ui;

/// <summary>Notifies an open page that its content may have changed, at most once per interval.</summary>
public sealed class CatalogWatch : IDisposable
{
    /// <summary>A fill of many platforms must not make every open page query again for each of them.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly CatalogChanges _changes;
    private readonly PolicyChanges _policies;
    private readonly long _rootGroupId;
    private readonly ProviderAddress? _provider;
    private readonly Debouncer _debouncer;

    /// <param name="policies">A change of the policy also changes what a page shows.</param>
    /// <param name="provider">Null watches every provider of the group.</param>
    /// <param name="changed">Called on any thread.</param>
    public CatalogWatch(
        CatalogChanges changes, PolicyChanges policies, TimeProvider time, long rootGroupId, ProviderAddress? provider, Action changed)
    {
        _changes = changes;
        _policies = policies;
        _rootGroupId = rootGroupId;
        _provider = provider;
        _debouncer = new Debouncer(time, Interval, changed);
        _changes.Changed += OnChanged;
        _policies.Changed += OnPolicyChanged;
    }

    public void Dispose()
    {
        _changes.Changed -= OnChanged;
        _policies.Changed -= OnPolicyChanged;
        _debouncer.Dispose();
    }

    private void OnChanged(CatalogChange change)
    {
        if (change.RootGroupId == _rootGroupId && (_provider is null || change.Source.Equals(_provider)))
        {
            _debouncer.Throttle();
        }
    }

    private void OnPolicyChanged(long rootGroupId)
    {
        if (rootGroupId == _rootGroupId)
        {
            _debouncer.Throttle();
        }
    }
}
