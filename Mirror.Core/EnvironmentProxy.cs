using System.Net;

namespace Mirror.Core;

/// <summary>
/// The proxy of the environment (<c>HTTPS_PROXY</c>, …), which .NET uses for every HTTP request that does not select one. It is for origins
/// and for commands. The client libraries of object stores do not let their requests for credentials select a proxy.
/// </summary>
public static class EnvironmentProxy
{
    static EnvironmentProxy() => Value = HttpClient.DefaultProxy;

    /// <summary>For requests that may use it.</summary>
    public static IWebProxy Value { get; }

    /// <summary>From now on, requests of this process use a proxy only if they select one.</summary>
    public static void RequireSelection() => HttpClient.DefaultProxy = new WebProxy();
}
