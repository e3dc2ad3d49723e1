using Microsoft.AspNetCore.Http.HttpResults;
using Mirror.Core.Access;
using Mirror.Core.Catalog;
using Mirror.Core.Credentials;
using Mirror.Web.Http;

namespace Mirror.Web.Features.Groups;

/// <summary>The variables of groups and workspaces: tokens for private registries.</summary>
internal static class VariableEndpoints
{
    public static void MapVariables(this IEndpointRouteBuilder api)
    {
        var variables = api.MapGroup("/groups/{group}/variables").WithTags("Variables").RequireAccess(AccessAction.ManageVariables);
        variables.MapGet("", ListAsync).WithName("ListVariables")
            .WithSummary("List the variables that apply to a group or workspace, including inherited ones");
        variables.MapPut("/{name}", SetAsync).WithName("SetVariable").WithSummary("Set a variable of a group or workspace");
        variables.MapDelete("/{name}", DeleteAsync).WithName("DeleteVariable").WithSummary("Delete a variable of a group or workspace");
    }

    private static async Task<Ok<VariableList>> ListAsync(
        Variables variables, ResolvedNamespace scope, CancellationToken cancellationToken) =>
        TypedResults.Ok(new VariableList(await variables.ListAsync(scope, cancellationToken)));

    private static async Task<NoContent> SetAsync(
        string name,
        NewVariable variable,
        Variables variables,
        ResolvedNamespace scope,
        CurrentUser user,
        CancellationToken cancellationToken)
    {
        var parsed = Parse(name);
        if (Variables.Check(variable.Value) is { } fault)
        {
            throw ApiProblemException.Invalid($"{parsed}: {fault}");
        }

        await variables.SetAsync(scope, parsed, variable.Value, variable.Sensitive, user.Principal, cancellationToken);
        return TypedResults.NoContent();
    }

    private static async Task<NoContent> DeleteAsync(
        string name, Variables variables, ResolvedNamespace scope, CurrentUser user, CancellationToken cancellationToken)
    {
        var parsed = Parse(name);
        return await variables.DeleteAsync(scope, parsed, user.Principal, cancellationToken)
            ? TypedResults.NoContent()
            : throw ApiProblemException.NotFound($"'{scope.Path}' itself has no variable {parsed}.");
    }

    private static VariableName Parse(string name)
    {
        try
        {
            return VariableName.Parse(name);
        }
        catch (FormatException e)
        {
            throw ApiProblemException.Invalid(e.Message);
        }
    }
}
