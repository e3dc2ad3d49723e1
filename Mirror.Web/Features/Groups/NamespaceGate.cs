using Mirror.Core.Access;
using Mirror.Core.Catalog;
using Mirror.Web.Http;

namespace Mirror.Web.Features.Groups;

/// <summary>How far a visitor gets with a page about a group or workspace.</summary>
public enum Gate
{
    /// <summary>There is no such one, or none that they may know of.</summary>
    Unknown,

    /// <summary>They may read it, but not what the page is about.</summary>
    Refused,
    Open,
}

/// <summary>What a page shows, in a form that travels from the prerendered page to its circuit.</summary>
/// <param name="Group">As the page's address has it.</param>
/// <param name="Content">Null unless the gate is open.</param>
public sealed record Guarded<TContent>(string Group, Gate Gate, TContent? Content)
    where TContent : class;

/// <summary>What became of a change that a visitor asked for.</summary>
/// <param name="IsPermitted">False: they may not, or no longer; nothing was done.</param>
public readonly record struct Asked<TOutcome>(bool IsPermitted, TOutcome? Outcome);

/// <summary>Loads and changes what belongs to a group or workspace for a visitor who may; whatever a page shows, this is what decides.</summary>
public sealed class NamespaceGate(Visitor visitor, NamespaceDirectory namespaces)
{
    public async Task<Guarded<TContent>> LoadAsync<TContent>(
        AccessAction action, string group, Func<MirrorScope, AccessSubject, CancellationToken, Task<TContent>> load, CancellationToken cancellationToken)
        where TContent : class
    {
        if (!Urls.TryParseGroup(group, out var path)
            || await visitor.CheckAsync(AccessAction.Read, path, null, cancellationToken).ConfigureAwait(false) is not { IsAllowed: true, Scope: { } scope })
        {
            return new Guarded<TContent>(group, Gate.Unknown, null);
        }

        var subject = await visitor.FindSubjectAsync().ConfigureAwait(false);
        return AccessPolicy.Decide(subject, action, scope) == AccessDecision.Allow
            ? new Guarded<TContent>(group, Gate.Open, await load(scope, subject, cancellationToken).ConfigureAwait(false))
            : new Guarded<TContent>(group, Gate.Refused, null);
    }

    public async Task<Asked<TOutcome>> ChangeAsync<TOutcome>(AccessAction action, string group, Func<MirrorScope, AccessSubject, Task<TOutcome>> change) =>
        Urls.TryParseGroup(group, out var path)
        && await namespaces.FindAsync(path, CancellationToken.None).ConfigureAwait(false) is { } scope
        && await visitor.TryAsync(action, scope.NamespaceId).ConfigureAwait(false)
            ? new Asked<TOutcome>(true, await change(scope, await visitor.FindSubjectAsync().ConfigureAwait(false)).ConfigureAwait(false))
            : new Asked<TOutcome>(false, default);
}
