using System.Runtime.CompilerServices;

namespace Mirror.Tests.Time;

/// <summary>Waits with the real clock for a condition that no event announces.</summary>
public static class Eventually
{
    /// <summary>The timeout for every wait with the real clock. Only a failing test reaches it, even on a busy machine.</summary>
    public static readonly TimeSpan WaitTimeout = TimeSpan.FromMinutes(2);

    /// <param name="condition">Checked again after a short pause, which leaves the processor to the code under test.</param>
    /// <param name="said">The condition, for the error message.</param>
    /// <exception cref="TimeoutException">The condition was not true within <see cref="WaitTimeout"/>.</exception>
    public static async Task TrueAsync(Func<Task<bool>> condition, [CallerArgumentExpression(nameof(condition))] string said = "")
    {
        long begun = TimeProvider.System.GetTimestamp();
        while (!await condition())
        {
            if (TimeProvider.System.GetElapsedTime(begun) > WaitTimeout)
            {
                throw new TimeoutException($"Not true after {WaitTimeout}: {said}");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System);
        }
    }

    /// <inheritdoc cref="TrueAsync(Func{Task{bool}}, string)"/>
    public static Task TrueAsync(Func<bool> condition, [CallerArgumentExpression(nameof(condition))] string said = "") =>
        TrueAsync(() => Task.FromResult(condition()), said);
}
