namespace Mirror.Core.Storage.Objects;

/// <summary>
/// The connections of all object stores. They do not use the proxy of the environment, which is for origins, and have no time limits,
/// which <see cref="TimeLimitedObjectStore"/> adds.
/// </summary>
internal static class DirectConnections
{
    public static SocketsHttpHandler Handler { get; } = new()
    {
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
        ConnectTimeout = TimeSpan.FromSeconds(5),
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
    };

    public static HttpClient Client { get; } = new(Handler) { Timeout = Timeout.InfiniteTimeSpan };
}
