using System.Text;
using Microsoft.EntityFrameworkCore;
using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Credentials.Secrets;
using Mirror.Core.Database;

namespace Mirror.Core.Credentials;

/// <summary>Manages the variables of namespaces, which are stored encrypted. Their values never appear in audit events or logs.</summary>
public sealed class Variables(
    IDbContextFactory<MirrorDbContext> databases, NamespaceDirectory namespaces, SecretBox secrets, TimeProvider time)
{
    public const int MaxLength = 16 * 1024;

    /// <summary>Null if the text is a valid value; otherwise the problem, without the text.</summary>
    public static string? Check(string value) =>
        value.Length == 0 ? "The value is empty; expected a token."
        : value.Length > MaxLength ? $"The value has {value.Length} characters; expected at most {MaxLength}."
        : value.Any(c => c is < '!' or > '~') ? "The value contains spaces, line breaks or other characters that are not valid in a token."
        : null;

    /// <summary>The variables that apply to a namespace: its own and, for other names, the inherited ones.</summary>
    public async Task<IReadOnlyList<Variable>> ListAsync(ResolvedNamespace scope, CancellationToken cancellationToken)
    {
        await using var db = databases.CreateDbContext();
        long[] ancestry = [.. scope.Ancestry];
        var rows = await db.Variables.AsNoTracking()
            .Where(row => ancestry.Contains(row.NamespaceId))
            .ToListAsync(cancellationToken)
            .ConfigureAwait(false);
        var list = new List<Variable>();
        foreach (var row in rows.GroupBy(row =>
            row.Name,
            (_, all) => all.MinBy(row => Array.IndexOf(ancestry, row.NamespaceId))!).OrderBy(row => row.Name, StringComparer.Ordinal))
        {
            bool inherited = row.NamespaceId != scope.NamespaceId;
            var from = inherited ? await namespaces.FindAsync(row.NamespaceId, cancellationToken).ConfigureAwait(false) ?? scope : scope;
            string? value = row.Sensitive || inherited ? null : await ReadAsync(row, cancellationToken).ConfigureAwait(false);
            list.Add(new Variable(row.Name, VariableName.Parse(row.Name).Host.Value, from.Path.Value, inherited, row.Sensitive, value, row.ChangedAt, row.ChangedBy));
        }

        return list;
    }

    /// <param name="value">Must pass <see cref="Check"/>.</param>
    public async Task SetAsync(
        ResolvedNamespace scope, VariableName name, string value, bool sensitive, Principal by, CancellationToken cancellationToken)
    {
        byte[] encrypted = await secrets.EncryptAsync(
            Purpose(scope.NamespaceId, name.Value), Encoding.UTF8.GetBytes(value), cancellationToken).ConfigureAwait(false);
        var now = time.GetUtcNow();
        await databases.RetryAsync(async db =>
        {
            var row = await db.Variables.SingleOrDefaultAsync(x => x.NamespaceId == scope.NamespaceId
                && x.Name == name.Value, cancellationToken).ConfigureAwait(false)
                ?? db.Variables.Add(
                    new VariableRow { NamespaceId = scope.NamespaceId, Name = name.Value, Value = [], ChangedBy = by.Name }).Entity;
            (row.Value, row.Sensitive, row.ChangedAt, row.ChangedBy) = (encrypted, sensitive, now, by.Name);
            db.Audit.Add(Event(scope, "variable.set", name, by, now, sensitive ? "sensitive" : null));
            await db.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
        }).ConfigureAwait(false);
        namespaces.Invalidate();
    }

    /// <returns>False if the namespace itself has no such variable.</returns>
    public Task<bool> DeleteAsync(ResolvedNamespace scope, VariableName name, Principal by, CancellationToken cancellationToken) =>
        databases.RetryAsync(async db =>
    {
        if (await db.Variables.SingleOrDefaultAsync(x => x.NamespaceId == scope.NamespaceId
            && x.Name == name.Value, cancellationToken).ConfigureAwait(false) is not { } row)
        {
            return false;
        }

        db.Variables.Remove(row);
        db.Audit.Add(Event(scope, "variable.delete", name, by, time.GetUtcNow(), null));
        await db.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
        namespaces.Invalidate();
        return true;
    });

    /// <summary>All variables decrypted, for requests to origins.</summary>
    internal async Task<Dictionary<(long NamespaceId, ProviderHostname Host), string>> LoadAsync(
        Action<UnreadableSecretException> unreadable, CancellationToken cancellationToken)
    {
        await using var db = databases.CreateDbContext();
        var values = new Dictionary<(long, ProviderHostname), string>();
        foreach (var row in await db.Variables.AsNoTracking().ToListAsync(cancellationToken).ConfigureAwait(false))
        {
            try
            {
                values[(row.NamespaceId, VariableName.Parse(row.Name).Host)] = await ReadAsync(row, cancellationToken)
                    .ConfigureAwait(false);
            }
            catch (UnreadableSecretException e)
            {
                unreadable(e);
            }
        }

        return values;
    }

    private async ValueTask<string> ReadAsync(VariableRow row, CancellationToken cancellationToken) =>
        Encoding.UTF8.GetString(
            await secrets.DecryptAsync(Purpose(row.NamespaceId, row.Name), row.Value, cancellationToken).ConfigureAwait(false));

    private static string Purpose(long namespaceId, string name) => FormattableString.Invariant($"variable {namespaceId} {name}");

    private static AuditRow Event(
        ResolvedNamespace scope, string action, VariableName name, Principal by, DateTimeOffset now, string? detail) =>
        new(now, action, by)
        {
            RootGroupId = scope.RootGroupId,
            NamespaceId = scope.NamespaceId,
            Target = name.Value,
            Detail = detail,
        };
}
