using Microsoft.AspNetCore.SignalR;

namespace Mirror.Web.Http.Bounds;

/// <summary>
/// Bounds what a browser sends to an open page. The framework lets one message be as long as the state of a whole page;
/// an event and an address never are. A page's own fields are shorter still: what they hold is parsed by the types that bound it.
/// </summary>
internal sealed partial class CircuitBounds(ILogger<CircuitBounds> logger) : IHubFilter
{
    /// <summary>In characters: the largest field, and what JSON makes of it.</summary>
    public const int EventLength = 64 * 1024;

    /// <summary>In characters, as long as the listeners let the address of a request be.</summary>
    public const int AddressLength = 8 * 1024;

    public async ValueTask<object?> InvokeMethodAsync(HubInvocationContext invocation, Func<HubInvocationContext, ValueTask<object?>> next)
    {
        int? limit = invocation.HubMethodName switch
        {
            "BeginInvokeDotNetFromJS" or "EndInvokeJSFromDotNet" => EventLength,
            "OnLocationChanged" or "OnLocationChanging" => AddressLength,
            _ => null, // What starts or resumes a circuit is protected by the framework.
        };
        if (limit is { } most && invocation.HubMethodArguments.Any(argument => argument is string text && text.Length > most))
        {
            MessageTooLong(logger, invocation.HubMethodName, most);
            invocation.Context.Abort();
            return null;
        }

        return await next(invocation);
    }

    [LoggerMessage(1102, LogLevel.Warning, "A connection to an open page was closed: it sent {Method} with more than {Limit} characters")]
    private static partial void MessageTooLong(ILogger logger, string method, int limit);
}
