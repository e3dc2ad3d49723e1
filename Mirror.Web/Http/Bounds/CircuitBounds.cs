using Microsoft.AspNetCore.SignalR;

namespace Mirror.Web.Http.Bounds;

/// <summary>
/// Bounds what a browser sends to an open page. The framework allows messages as long as the state of a whole page; events and URLs
/// are much shorter. The value types that parse a page's fields bound those further.
/// </summary>
internal sealed partial class CircuitBounds(ILogger<CircuitBounds> logger) : IHubFilter
{
    /// <summary>In characters: the largest field with its JSON encoding.</summary>
    public const int EventLength = 64 * 1024;

    /// <summary>In characters: the longest URL that the listeners accept.</summary>
    public const int AddressLength = 8 * 1024;

    public async ValueTask<object?> InvokeMethodAsync(HubInvocationContext invocation, Func<HubInvocationContext, ValueTask<object?>> next)
    {
        int? limit = invocation.HubMethodName switch
        {
            "BeginInvokeDotNetFromJS" or "EndInvokeJSFromDotNet" => EventLength,
            "OnLocationChanged" or "OnLocationChanging" => AddressLength,
            _ => null, // The framework protects the start and resumption of a circuit.
        };
        if (limit is { } most && invocation.HubMethodArguments.Any(argument => argument is string text && text.Length > most))
        {
            MessageTooLong(logger, invocation.HubMethodName, most);
            invocation.Context.Abort();
            return null;
        }

        return await next(invocation);
    }

    [LoggerMessage(1102, LogLevel.Warning, "Closed a page connection that sent {Method} with more than {Limit} characters")]
    private static partial void MessageTooLong(ILogger logger, string method, int limit);
}
