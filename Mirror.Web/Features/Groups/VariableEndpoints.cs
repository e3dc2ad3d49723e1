using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Http.HttpResults;
using Mirror.Core.Credentials;
using Mirror.Web.Http;

namespace Mirror.Web.Features.Groups;

/// <summary>The variables that hold in a group or workspace.</summary>
public sealed record VariableListDocument(IReadOnlyList<VariableDocument> Items);

/// <param name="Name"><c>TF_TOKEN_</c> and the host in Terraform's encoding.</param>
/// <param name="Host">The host to which it is sent.</param>
/// <param name="Group">The group or workspace that sets it.</param>
/// <param name="Inherited">That is one above the one asked for.</param>
/// <param name="Value">Null where it is sensitive or inherited.</param>
public sealed record VariableDocument(
    string Name, string Host, string Group, bool Inherited, bool Sensitive, string? Value, DateTimeOffset ChangedAt, string ChangedBy)
{
    public override string ToString() => Name;
}

/// <param name="Value">The token; write-only where it is sensitive.</param>
/// <param name="Sensitive">It is never shown again.</param>
public sealed record NewVariableDocument([MaxLength(Variables.MaxLength)] string Value, bool Sensitive = false)
{
    public override string ToString() => Sensitive ? "a sensitive value" : "a value";
}

internal static class VariableEndpoints
{
    private const string All = "/groups/{group}/variables";

    public static void MapVariables(this IEndpointRouteBuilder manage)
    {
        manage.MapGet(All, ListAsync).WithName("ListVariables").WithTags("Variables").WithSummary("The variables that hold in a group or workspace, inherited ones included");
        manage.MapPut(All + "/{name}", SetAsync).WithName("SetVariable").WithTags("Variables").WithSummary("Sets a variable of a group or workspace");
        manage.MapDelete(All + "/{name}", DeleteAsync).WithName("DeleteVariable").WithTags("Variables").WithSummary("Deletes a variable of a group or workspace");
    }

    private static async Task<Ok<VariableListDocument>> ListAsync(string group, ApiTargets targets, Variables variables, CancellationToken cancellationToken)
    {
        var scope = await targets.FindScopeAsync(group, cancellationToken);
        var list = await variables.ListAsync(scope, cancellationToken);
        return TypedResults.Ok(new VariableListDocument([.. list.Select(item => new VariableDocument(
            item.Name.Value, item.Name.Host.Value, item.From.Value, item.From != scope.Path, item.Sensitive, item.Value, item.ChangedAt, item.ChangedBy))]));
    }

    private static async Task<NoContent> SetAsync(
        string group, string name, NewVariableDocument variable, ApiTargets targets, Variables variables, HttpContext context, CancellationToken cancellationToken)
    {
        var scope = await targets.FindScopeAsync(group, cancellationToken);
        var parsed = Parse(name);
        if (Variables.Check(variable.Value) is { } fault)
        {
            throw ApiProblemException.Invalid($"{parsed}: {fault}");
        }

        await variables.SetAsync(scope, parsed, variable.Value, variable.Sensitive, context.Caller(), cancellationToken);
        return TypedResults.NoContent();
    }

    private static async Task<NoContent> DeleteAsync(string group, string name, ApiTargets targets, Variables variables, HttpContext context, CancellationToken cancellationToken)
    {
        var scope = await targets.FindScopeAsync(group, cancellationToken);
        var parsed = Parse(name);
        return await variables.DeleteAsync(scope, parsed, context.Caller(), cancellationToken)
            ? TypedResults.NoContent()
            : throw ApiProblemException.NotFound($"'{scope.Path}' itself has no variable {parsed}.");
    }

    private static VariableName Parse(string name)
    {
        try
        {
            return VariableName.Parse(Uri.UnescapeDataString(name));
        }
        catch (FormatException e)
        {
            throw ApiProblemException.Invalid(e.Message);
        }
    }
}
