using Microsoft.AspNetCore.Http.HttpResults;
using Mirror.Core.Addresses;

namespace Mirror.Web.Http;

/// <summary>Ends a request with a problem document; the API's endpoint filter catches it.</summary>
internal sealed class ApiProblemException(int status, string title, string detail) : Exception(detail)
{
    public ProblemHttpResult ToResult() => Problems.Create(status, title, Message);

    public static ApiProblemException Invalid(string detail) => new(StatusCodes.Status400BadRequest, "Invalid request", detail);

    public static ApiProblemException NotFound(string detail) => new(StatusCodes.Status404NotFound, "Not found", detail);

    public static ApiProblemException Conflict(string detail) =>
        new(StatusCodes.Status409Conflict, "Conflict", detail);

    public static ApiProblemException Of(Failure failure)
    {
        var (status, title) = FailureResponses.Describe(failure.Kind);
        return new(status, title, failure.Message);
    }

    /// <summary>A caller can grant no role higher than their own.</summary>
    public static ApiProblemException ExceedsOwnRole(CurrentUser user) =>
        Forbidden($"{user.Principal} cannot grant a role higher than their own in '{user.Namespace.Path}'.");

    public static ApiProblemException Forbidden(string detail) => new(StatusCodes.Status403Forbidden, "Forbidden", detail);
}
