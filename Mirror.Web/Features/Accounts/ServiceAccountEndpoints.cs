using Microsoft.AspNetCore.Http.HttpResults;
using Mirror.Core.Access;
using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Identity;
using Mirror.Web.Http;

namespace Mirror.Web.Features.Accounts;

/// <summary>The service accounts of groups and workspaces.</summary>
internal static class ServiceAccountEndpoints
{
    public static void MapServiceAccounts(this IEndpointRouteBuilder api)
    {
        var accounts = api.MapGroup("/groups/{group}/service-accounts")
            .WithTags("Service accounts").RequireAccess(AccessAction.ManageMembers);
        accounts.MapGet("", ListAsync).WithName("ListServiceAccounts").WithSummary("List the service accounts of a group or workspace");
        accounts.MapPost("", CreateAsync).WithName("CreateServiceAccount")
            .WithSummary("Create a service account").ProducesProblem(StatusCodes.Status409Conflict);
        accounts.MapDelete("/{name}", DeleteAsync).WithName("DeleteServiceAccount")
            .WithSummary("Delete a service account with its tokens and roles");
    }

    internal static ApiProblemException Unknown(ResolvedNamespace scope, string name) =>
        ApiProblemException.NotFound($"There is no service account '{name}' in '{scope.Path}'.");

    private static async Task<Ok<ServiceAccountList>> ListAsync(
        ServiceAccounts accounts, ResolvedNamespace scope, CancellationToken cancellationToken) =>
        TypedResults.Ok(new ServiceAccountList(await accounts.ListAsync(scope, cancellationToken)));

    private static async Task<Created<ServiceAccount>> CreateAsync(
        NewServiceAccount account, ServiceAccounts accounts, ResolvedNamespace scope, CurrentUser user, CancellationToken cancellationToken)
    {
        if (!NamespacePath.IsName(account.Name))
        {
            throw ApiProblemException.Invalid(
                $"name: '{account.Name}' is not valid; expected up to 64 lower-case letters, digits, '-' and '_', beginning and ending with a letter or digit.");
        }

        switch (await accounts.CreateAsync(scope, account.Name, account.Role, user.Subject, cancellationToken))
        {
            case ServiceAccountOutcome.AlreadyExists:
                throw ApiProblemException.Conflict($"The service account '{scope.Path}/{account.Name}' already exists.");
            case ServiceAccountOutcome.ExceedsOwnRole:
                throw ApiProblemException.ExceedsOwnRole(user);
        }

        var created = (await accounts.ListAsync(scope, cancellationToken)).First(item => item.Name == account.Name);
        return TypedResults.Created($"/api/v1/groups/{Uri.EscapeDataString(scope.Path.Value)}/service-accounts/{account.Name}", created);
    }

    private static async Task<NoContent> DeleteAsync(
        string name, ServiceAccounts accounts, ResolvedNamespace scope, CurrentUser user, CancellationToken cancellationToken) =>
        await accounts.DeleteAsync(scope, name, user.Principal, cancellationToken) ? TypedResults.NoContent() : throw Unknown(scope, name);
}
