using Mirror.Core.Addresses;

namespace Mirror.Web.Features.Mirrors;

/// <summary>The outcome of one item of a bulk action.</summary>
public enum BulkOutcome
{
    Done,

    /// <summary>It was already gone.</summary>
    Missing,

    /// <summary>The user no longer has the permission; the remaining items are not tried.</summary>
    Denied,
}

/// <summary>Applies an action to several items, one after another, and keeps the outcome of each.</summary>
/// <param name="items">The names of the items, each with its action.</param>
public sealed class BulkRun(IReadOnlyList<(string Name, Func<Task<BulkOutcome>> Apply)> items)
{
    private readonly List<(string Name, string Reason)> _failures = [];

    public int Total => items.Count;

    /// <summary>The number of items that were tried.</summary>
    public int Tried { get; private set; }

    public int Done { get; private set; }

    public int Missing { get; private set; }

    /// <summary>Whether the user lost the permission meanwhile.</summary>
    public bool Denied { get; private set; }

    /// <summary>The items that failed, each with the reason.</summary>
    public IReadOnlyList<(string Name, string Reason)> Failures => _failures;

    /// <summary>The items that were not tried, because the run was cancelled or denied.</summary>
    public IReadOnlyList<string> Untried => [.. items.Skip(Tried).Select(item => item.Name)];

    /// <summary>Runs until all items were tried, the user loses the permission or the run is cancelled; an item that was begun is completed.</summary>
    /// <param name="progressed">Called after each item.</param>
    public async Task RunAsync(Action progressed, CancellationToken cancellationToken)
    {
        foreach (var (name, apply) in items)
        {
            if (cancellationToken.IsCancellationRequested)
            {
                return;
            }

            try
            {
                switch (await apply())
                {
                    case BulkOutcome.Done:
                        Done++;
                        break;
                    case BulkOutcome.Missing:
                        Missing++;
                        break;
                    default:
                        Denied = true;
                        return;
                }
            }
            catch (Exception e) when (StorageFailure.Of(e) is { } failure)
            {
                _failures.Add((name, failure.Message));
            }

            Tried++;
            progressed();
        }
    }
}
