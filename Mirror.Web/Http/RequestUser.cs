using Mirror.Core.Access;
using Mirror.Core.Catalog;
using Mirror.Core.Database;

namespace Mirror.Web.Http;

/// <summary>The current user of a request, for handlers that do not take it as a parameter.</summary>
internal static class RequestUser
{
    public static Principal Caller(this HttpContext context) => context.User().Principal;

    public static AccessSubject Subject(this HttpContext context) => context.User().Subject;

    public static MirrorScope Scope(this HttpContext context) => context.User().Namespace;

    public static bool SeesProtected(this HttpContext context) => context.User().SeesProtected;

    private static CurrentUser User(this HttpContext context) => context.RequestServices.GetRequiredService<CurrentUser>();
}
