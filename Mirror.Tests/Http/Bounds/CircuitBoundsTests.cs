using System.Security.Claims;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Mirror.Tests.Hosting;
using Mirror.Web.Http.Bounds;
using Xunit;

namespace Mirror.Tests.Http.Bounds;

public sealed class CircuitBoundsTests
{
    [Theory]
    [InlineData("BeginInvokeDotNetFromJS", CircuitBounds.EventLength, true)]
    [InlineData("BeginInvokeDotNetFromJS", CircuitBounds.EventLength + 1, false)]
    [InlineData("OnLocationChanged", CircuitBounds.AddressLength, true)]
    [InlineData("OnLocationChanged", CircuitBounds.AddressLength + 1, false)]
    [InlineData("UpdateRootComponents", CircuitBounds.EventLength + 1, true)]
    public async Task Message_LongerThanItsLimit_EndsTheConnection(string method, int length, bool isHandled)
    {
        var caller = new Caller();
        using var hub = new SomeHub();
        bool handled = false;

        await new CircuitBounds(NullLogger<CircuitBounds>.Instance).InvokeMethodAsync(
            new HubInvocationContext(
                caller,
                new ServiceCollection().BuildServiceProvider(),
                hub,
                typeof(SomeHub).GetMethod(method)!,
                [new string('a', length), null]),
            _ =>
            {
                handled = true;
                return ValueTask.FromResult<object?>(null);
            });

        Assert.Equal((isHandled, !isHandled), (handled, caller.IsAborted));
    }

    /// <summary>The method names belong to the framework. A message with another name would have no limit.</summary>
    [Fact]
    public async Task Hub_OfTheFramework_HasTheMethodsAndTheFilter()
    {
        await using var server = await MirrorServer.StartAsync();
        var hub = typeof(Microsoft.AspNetCore.Components.Server.CircuitOptions).Assembly.GetType(
            "Microsoft.AspNetCore.Components.Server.ComponentHub", throwOnError: true)!;
        object options = server.Services.GetRequiredService(typeof(IOptions<>).MakeGenericType(typeof(HubOptions<>).MakeGenericType(hub)));
        var value = (HubOptions)options.GetType().GetProperty("Value")!.GetValue(options)!;

        Assert.All(
            typeof(SomeHub).GetMethods().Where(method => method.DeclaringType == typeof(SomeHub)),
            method => Assert.NotNull(hub.GetMethod(method.Name)));
        Assert.Equal(Mirror.Web.Hosting.UiServices.MaximumMessageSize, value.MaximumReceiveMessageSize);
        Assert.NotNull(server.Services.GetService<CircuitBounds>());
    }

    private sealed class SomeHub : Hub
    {
        public void BeginInvokeDotNetFromJS(string a, string b) => throw new NotSupportedException();

        public void EndInvokeJSFromDotNet(string a, string b) => throw new NotSupportedException();

        public void OnLocationChanged(string a, string b) => throw new NotSupportedException();

        public void OnLocationChanging(string a, string b) => throw new NotSupportedException();

        public void UpdateRootComponents(string a, string b) => throw new NotSupportedException();
    }

    private sealed class Caller : HubCallerContext
    {
        public bool IsAborted { get; private set; }

        public override string ConnectionId => "1";

        public override string? UserIdentifier => null;

        public override ClaimsPrincipal? User => null;

        public override IDictionary<object, object?> Items { get; } = new Dictionary<object, object?>();

        public override IFeatureCollection Features { get; } = new FeatureCollection();

        public override CancellationToken ConnectionAborted => CancellationToken.None;

        public override void Abort() => IsAborted = true;
    }
}
