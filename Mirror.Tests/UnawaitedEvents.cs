using AngleSharp.Dom;

namespace Mirror.Tests;

/// <summary>
/// bUnit's events that do not wait for their handler, found here before bUnit's own so that no test compiles with one: the renderer
/// may be busy, and then what follows sees the page before the event. Await <c>InputAsync</c> and its like instead.
/// </summary>
internal static class UnawaitedEvents
{
    private const string Instead = "The handler may run after what follows. Await the method of the same name that ends in Async.";

    [Obsolete(Instead, error: true)]
    public static void Input<T>(this IElement element, T value) => throw new NotSupportedException(Instead);

    [Obsolete(Instead, error: true)]
    public static void Change<T>(this IElement element, T value) => throw new NotSupportedException(Instead);

    [Obsolete(Instead, error: true)]
    public static void Click(this IElement element) => throw new NotSupportedException(Instead);

    [Obsolete(Instead, error: true)]
    public static void Submit(this IElement element) => throw new NotSupportedException(Instead);
}
