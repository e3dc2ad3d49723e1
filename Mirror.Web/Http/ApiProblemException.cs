using Microsoft.AspNetCore.Http.HttpResults;

namespace Mirror.Web.Http;

/// <summary>Ends the handling of a request with a problem document; only the API's filter catches it.</summary>
internal sealed class ApiProblemException(int status, string title, string detail) : Exception(detail)
{
    public ProblemHttpResult ToResult() => Problems.Create(status, title, Message);

    public static ApiProblemException Invalid(string detail) => new(StatusCodes.Status400BadRequest, "The request is not valid", detail);

    public static ApiProblemException NotFound(string detail) => new(StatusCodes.Status404NotFound, "Not found", detail);

    public static ApiProblemException Conflict(string detail) =>
        new(StatusCodes.Status409Conflict, "It cannot be done as things are", detail);

    /// <summary>Nobody gives a higher role than they have.</summary>
    public static ApiProblemException MoreThanGiverHas(CurrentUser user) =>
        Forbidden($"{user.Principal} cannot give more than they have at '{user.Namespace.Path}' and elsewhere.");

    public static ApiProblemException Forbidden(string detail) => new(StatusCodes.Status403Forbidden, "Not permitted", detail);
}
