using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Components.Server;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.DependencyInjection;

namespace Mirror.Tests.Hosting;

/// <summary>
/// Makes what answers the hub of open pages when the first one connects. The framework makes it with the endpoints and compiles a caller
/// for each of the hub's methods, which took a third of the processor time of a server that a test starts and asks a few things.
/// </summary>
internal static class LazyHubConnections
{
    private static readonly Type Hub = typeof(CircuitOptions).Assembly.GetType(
        "Microsoft.AspNetCore.Components.Server.ComponentHub", throwOnError: true)!;

    public static IServiceCollection AddLazyHubConnections(this IServiceCollection services)
    {
        var handler = typeof(HubConnectionHandler<>).MakeGenericType(Hub);
        return services.AddSingleton(handler, provider =>
        {
            // The constructor is what takes so long.
            var lazy = (ILazyHandler)RuntimeHelpers.GetUninitializedObject(typeof(Handler<>).MakeGenericType(Hub));
            lazy.Real = new Lazy<ConnectionHandler>(() => (ConnectionHandler)ActivatorUtilities.CreateInstance(provider, handler));
            return lazy;
        });
    }

    private interface ILazyHandler
    {
        Lazy<ConnectionHandler> Real { set; }
    }

    private sealed class Handler<THub> : HubConnectionHandler<THub>, ILazyHandler
        where THub : Hub
    {
        private Handler()
            : base(null!, null!, null!, null!, null!, null!, null!)
        {
        }

        public Lazy<ConnectionHandler> Real { get; set; } = null!;

        public override Task OnConnectedAsync(ConnectionContext connection) => Real.Value.OnConnectedAsync(connection);
    }
}
