using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;

namespace Mirror.Tests.Hosting;

/// <summary>
/// Determines when the server has completed all requests. A client whose response was aborted, or that disconnected, finishes earlier than
/// the server, which still holds the data that it was sending.
/// </summary>
internal sealed class RequestCounter : IStartupFilter
{
    private readonly Lock _gate = new();
    private TaskCompletionSource _none = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _active;

    public RequestCounter() => _none.SetResult();

    public Task WhenNoneAsync()
    {
        lock (_gate)
        {
            return _none.Task;
        }
    }

    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.Use(async (_, request) =>
        {
            Begin();
            try
            {
                await request();
            }
            finally
            {
                End();
            }
        });
        next(app);
    };

    private void Begin()
    {
        lock (_gate)
        {
            if (_active++ == 0)
            {
                _none = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            }
        }
    }

    private void End()
    {
        lock (_gate)
        {
            if (--_active == 0)
            {
                _none.SetResult();
            }
        }
    }
}
