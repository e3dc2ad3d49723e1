using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;

namespace Mirror.Tests.Fetching;

/// <summary>Tells the work of requests from that of the server's own tasks.</summary>
internal sealed class MarkedRequests : IStartupFilter
{
    private static readonly AsyncLocal<bool> InRequest = new();

    /// <summary>Whether the current work belongs to a request.</summary>
    public static bool IsCurrent => InRequest.Value;

    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.Use(async (context, rest) =>
        {
            InRequest.Value = true;
            await rest(context);
        });
        next(app);
    };
}
