using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Components.Server;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.DependencyInjection;

namespace Mirror.Tests.Hosting;

/// <summary>
/// Creates the hub of open pages when the first page connects. The framework creates it with the endpoints, and compiles a delegate for
/// each hub method. This took a third of the processor time of a server that a test starts for a few requests.
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
            // The constructor is the slow part.
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
