using System.Runtime.CompilerServices;

namespace Mirror.Tests.Time;

/// <summary>Waits, by the real clock, for what no event announces.</summary>
public static class Eventually
{
    /// <summary>For every wait of a test by the real clock: only a failing one ever takes this long, however busy the machine is.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <param name="condition">Asked again after a short rest, which leaves the processor to what it waits for.</param>
    /// <param name="said">The condition, for the message.</param>
    /// <exception cref="TimeoutException">It did not become true within <see cref="Patience"/>.</exception>
    public static async Task TrueAsync(Func<Task<bool>> condition, [CallerArgumentExpression(nameof(condition))] string said = "")
    {
        long begun = TimeProvider.System.GetTimestamp();
        while (!await condition())
        {
            if (TimeProvider.System.GetElapsedTime(begun) > Patience)
            {
                throw new TimeoutException($"Not true after {Patience}: {said}");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System);
        }
    }

    /// <inheritdoc cref="TrueAsync(Func{Task{bool}}, string)"/>
    public static Task TrueAsync(Func<bool> condition, [CallerArgumentExpression(nameof(condition))] string said = "") =>
        TrueAsync(() => Task.FromResult(condition()), said);
}
