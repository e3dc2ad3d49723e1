using Microsoft.AspNetCore.Http.HttpResults;
using Mirror.Core.Addresses;
using Mirror.Core.Identity;
using Mirror.Web.Features.Groups;
using Mirror.Web.Http;

namespace Mirror.Web.Features.Accounts;

/// <summary>The service accounts of groups and workspaces.</summary>
internal static class ServiceAccountEndpoints
{
    private const string Accounts = "/groups/{group}/service-accounts";

    public static void MapServiceAccounts(this IEndpointRouteBuilder owners)
    {
        var accounts = owners.MapGroup("").WithTags("Service accounts");
        accounts.MapGet(Accounts, ListAsync).WithName("ListServiceAccounts").WithSummary("The service accounts of a group or workspace");
        accounts.MapPost(Accounts, CreateAsync).WithName("CreateServiceAccount").WithSummary("Creates a service account").ProducesProblem(StatusCodes.Status409Conflict);
        accounts.MapDelete(Accounts + "/{name}", DeleteAsync).WithName("DeleteServiceAccount").WithSummary("Deletes a service account with its tokens and memberships");
    }

    internal static ApiProblemException Unknown(HttpContext context, string name) =>
        ApiProblemException.NotFound($"There is no service account '{name}' in '{context.Scope().Path}'.");

    private static async Task<Ok<ServiceAccountListDocument>> ListAsync(string group, ServiceAccounts accounts, HttpContext context, CancellationToken cancellationToken) =>
        TypedResults.Ok(new ServiceAccountListDocument([.. (await accounts.ListAsync(context.Scope(), cancellationToken)).Select(ServiceAccountDocument.From)]));

    private static async Task<Created<ServiceAccountDocument>> CreateAsync(string group, NewServiceAccountDocument account, ServiceAccounts accounts, HttpContext context, CancellationToken cancellationToken)
    {
        var scope = context.Scope();
        if (!NamespacePath.IsName(account.Name))
        {
            throw ApiProblemException.Invalid($"name: '{account.Name}' is not valid; expected up to 64 lower-case letters, digits, '-' and '_', beginning and ending with a letter or digit.");
        }

        switch (await accounts.CreateAsync(scope, account.Name, account.Role, context.Subject(), cancellationToken))
        {
            case ServiceAccountOutcome.AlreadyExists:
                throw ApiProblemException.Conflict($"The service account '{scope.Path}/{account.Name}' exists already.");
            case ServiceAccountOutcome.MoreThanGiverHas:
                throw MemberEndpoints.MoreThanGiverHas(context);
        }

        var created = (await accounts.ListAsync(scope, cancellationToken)).First(item => item.Name.Name == account.Name);
        return TypedResults.Created($"/api/v1/groups/{Uri.EscapeDataString(scope.Path.Value)}/service-accounts/{account.Name}", ServiceAccountDocument.From(created));
    }

    private static async Task<NoContent> DeleteAsync(string group, string name, ServiceAccounts accounts, HttpContext context, CancellationToken cancellationToken) =>
        await accounts.DeleteAsync(context.Scope(), name, context.Caller(), cancellationToken) ? TypedResults.NoContent() : throw Unknown(context, name);
}
