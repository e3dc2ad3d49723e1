using System.Collections.Concurrent;
using Microsoft.Playwright;

namespace Mirror.E2E.Browser;

/// <summary>
/// A journey through pages, each in its own context, which is closed at the end. It fails if the console of a page shows an error.
/// </summary>
public abstract class BrowserJourney : IAsyncLifetime
{
    // Failed requests: a page of a missing object returns 404, a page without permission 403, and a refused publication 422.
    private static readonly string[] Expected = ["status of 404", "status of 403", "status of 422"];

    private readonly ConcurrentQueue<string> _errors = new();
    // The last one is disposed of first, so that no page outlives its server.
    private readonly Stack<IAsyncDisposable> _kept = [];

    public virtual Task InitializeAsync() => Task.CompletedTask;

    public virtual async Task DisposeAsync()
    {
        while (_kept.TryPop(out var kept))
        {
            await kept.DisposeAsync();
        }

        Assert.True(_errors.IsEmpty, string.Join('\n', _errors));
    }

    /// <summary>Disposes of something at the end of the journey.</summary>
    protected T Keep<T>(T kept)
        where T : IAsyncDisposable
    {
        _kept.Push(kept);
        return kept;
    }

    /// <param name="loses">Whether the page loses its connection, which the browser reports as errors.</param>
    /// <inheritdoc cref="Chromium.OpenAsync"/>
    protected async Task<IPage> OpenAsync(
        Chromium chromium, Uri server, int width = 1280, ColorScheme scheme = ColorScheme.Light, bool loses = false)
    {
        var page = await chromium.OpenAsync(server, width, scheme: scheme);
        Keep(page.Context);
        page.PageError += (_, error) => _errors.Enqueue($"{page.Url}: {error}");
        page.Console += (_, message) =>
        {
            if (message.Type == "error" && !loses && !Expected.Any(expected => message.Text.Contains(expected, StringComparison.Ordinal)))
            {
                _errors.Enqueue($"{page.Url}: {message.Text}");
            }
        };
        return page;
    }
}
