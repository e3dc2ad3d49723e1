using System.Net.Http.Headers;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Mirror.Core.Access;
using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Database;
using Mirror.Core.Identity;
using Mirror.Tests.Hosting;

namespace Mirror.Tests.Access;

/// <summary>Creates namespaces and principals of a server directly, without its API.</summary>
internal static class Callers
{
    public static async Task AddNamespacesAsync(this MirrorServer server, params string[] groups)
    {
        foreach (string path in groups)
        {
            await server.Services.GetRequiredService<NamespaceWriter>().CreateAsync(
                NamespacePath.Parse(path.TrimEnd('*')),
                path.EndsWith('*') ? NamespaceKind.Workspace : NamespaceKind.Group,
                Principal.Admin,
                CancellationToken.None);
        }
    }

    public static async Task<ResolvedNamespace> FindScopeAsync(this MirrorServer server, string path) =>
        (await server.Services.GetRequiredService<NamespaceDirectory>().FindAsync(NamespacePath.Parse(path), CancellationToken.None))!;

    /// <summary>Adds a user with a token and, if given, a role.</summary>
    public static async Task<HttpClient> AddUserAsync(
        this MirrorServer server, string name, Role? role = null, string path = "default", bool isAdmin = false)
    {
        var row = new PrincipalRow { Kind = PrincipalKind.User, Name = name, CreatedBy = "test", User = new UserRow { IsAdmin = isAdmin } };
        await using var db = server.Services.GetRequiredService<IDbContextFactory<MirrorDbContext>>().CreateDbContext();
        db.Principals.Add(row);
        if (role is { } given)
        {
            db.Memberships.Add(
                new MembershipRow { NamespaceId = (await server.FindScopeAsync(path)).NamespaceId, Principal = row, Role = given });
        }

        await db.SaveChangesAsync();
        var token = await server.Services.GetRequiredService<AccessTokens>()
            .CreateAsync(row.Id, "test", null, Principal.Admin, CancellationToken.None);
        return server.CreateClient(token.Token);
    }

    /// <summary>Creates a client that sends the token.</summary>
    public static HttpClient CreateClient(this MirrorServer server, string token)
    {
        var client = server.CreateClient();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return client;
    }
}
