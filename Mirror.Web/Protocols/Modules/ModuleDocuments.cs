using Mirror.Core.Access;
using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Fetching.Documents;
using Mirror.Core.Fetching.Modules;

namespace Mirror.Web.Protocols.Modules;

/// <summary>
/// Writes the responses of the module registry protocol. URLs of this instance are relative to the response's own URL, so that they
/// work at any URL of this instance. See https://developer.hashicorp.com/terraform/internals/module-registry-protocol.
/// </summary>
public sealed class ModuleDocuments(ModuleMirror mirror, PackageLinks links, DocumentCache cache)
{
    private const string Protocol = "modules";

    /// <summary>Returns the cached list of versions without waiting; null if it is not cached.</summary>
    public ReadyDocument? FindReady(ResolvedNamespace scope, ModuleAddress module) => cache.Find(Key(scope, module));

    public async Task<Outcome<ReadyDocument>> GetVersionsAsync(
        ResolvedNamespace scope, ModuleAddress module, CancellationToken cancellationToken)
    {
        var (offered, moment) = await cache.GatherAsync(
            scope, module, _ => mirror.GetVersionsAsync(scope, module, cancellationToken));
        if (!offered.TryGet(out var versions))
        {
            return offered.Failure;
        }

        return await cache.MakeAsync(
            Key(scope, module), versions.IsLong, versions.FreshUntil, moment, () => Write(versions), cancellationToken);
    }

    /// <summary>The value of <c>X-Terraform-Get</c>.</summary>
    public async Task<Outcome<string>> GetLocationAsync(
        ResolvedNamespace scope, ModuleAddress module, ProviderVersion version, AccessSubject subject, CancellationToken cancellationToken)
    {
        var offered = await mirror.GetVersionAsync(scope, module, version, cancellationToken);
        if (!offered.TryGet(out var found))
        {
            return offered.Failure;
        }

        if (found.Archive is not { } archive)
        {
            return found.Address;
        }

        var signer = await links.FindSignerAsync(
            scope, module, subject.JobId, cancellationToken, always: found.MayNeedCredential && SeesProtected(subject, scope));
        string name = ModuleRoute.FileName(archive.Format);
        string query = signer?.Query(new LinkedFile(scope, module, version, name, null)) ?? "";
        if (archive.Checksum is { } checksum)
        {
            query += (query.Length == 0 ? "?" : "&") + "checksum=" + checksum;
        }

        return $"./{name}{(archive.Subdirectory.Length == 0 ? "" : "//" + archive.Subdirectory)}{query}";
    }

    /// <summary>Whether a subject may cause requests with credentials for other servers than the module's origin.</summary>
    public static bool SeesProtected(AccessSubject subject, ResolvedNamespace scope) =>
        AccessPolicy.Decide(subject, AccessAction.Read, scope, isProtected: true) == AccessDecision.Allow;

    private static DocumentKey Key(ResolvedNamespace scope, ModuleAddress module) =>
        new(Protocol, scope.NamespaceId, scope.RootGroupId, module, null);

    private static ReadyDocument Write(OfferedModule offered) => DocumentWriter.Write(json =>
    {
        json.WriteStartArray("modules");
        json.WriteStartObject();
        json.WriteStartArray("versions");
        foreach (var version in offered.Versions)
        {
            json.WriteStartObject();
            json.WriteString("version", version.Value);
            json.WriteEndObject();
            DocumentWriter.Flush(json);
        }

        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndArray();
    });
}
