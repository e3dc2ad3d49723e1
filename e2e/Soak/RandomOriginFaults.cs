using Mirror.Tests.Origin;

namespace Mirror.E2E.Soak;

/// <summary>Makes an origin fail for about a quarter of its requests, with different faults.</summary>
internal sealed class RandomOriginFaults(FakeOrigin origin, int seed)
{
    private const double Share = 0.03;
    private readonly Random _random = new(seed);

    public void Begin()
    {
        Add(RequestKindOf.Any, Fault.Status(500));
        Add(RequestKindOf.Any, Fault.Status(429, "1"));
        Add(RequestKindOf.Any, Fault.Reset());
        Add(RequestKindOf.Document, Fault.Html());
        Add(RequestKindOf.Document, Fault.Truncate(40));
        Add(RequestKindOf.Document, Fault.Body(bytes => [.. "{\"versions\":[{\"version\":\""u8, .. bytes]));
        Add(RequestKindOf.Document, Fault.RedirectLoop());
        Add(RequestKindOf.Package, Fault.ResetAfter(100_000));
        Add(RequestKindOf.Package, Fault.Truncate(50_000));
        Add(RequestKindOf.Package, Fault.Body(_ => []));
        Add(RequestKindOf.Package, Fault.WrongLength(1000));
        Add(RequestKindOf.Package, Fault.Flip(1000));
        Add(RequestKindOf.Package, Fault.RangeShift(7));
    }

    private void Add(RequestKindOf kinds, Fault fault) => origin.Misbehave(
        request => kinds switch
        {
            RequestKindOf.Package => request.Kind == RequestKind.Package,
            RequestKindOf.Document => request.Kind is not RequestKind.Package,
            _ => true,
        } && IsChosen(),
        fault);

    private bool IsChosen()
    {
        lock (_random)
        {
            return _random.NextDouble() < Share;
        }
    }

    private enum RequestKindOf
    {
        Any,
        Document,
        Package,
    }
}
