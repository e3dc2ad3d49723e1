using System.Net;
using Mirror.Core.Addresses;
using Mirror.Core.Importing;
using Mirror.Web.Contracts;

namespace Mirror.Web.Features.Mirrors.Transfer;

/// <summary>Uploads the proof of each version once, before its first package; the server verifies it.</summary>
internal sealed class ProofImports(MirrorClient client, NamespacePath group)
{
    private readonly Dictionary<(ProviderAddress, ProviderVersion), (ProofDescription? Description, string? Refusal)> _done = [];

    /// <returns>Whether the proof lists the package, which must then match.</returns>
    /// <exception cref="InvalidDataException">The server rejected the proof; nothing of the version may be trusted.</exception>
    public async Task<bool> ImportAsync(FoundPackage package, ProofFiles files, CancellationToken cancellationToken)
    {
        var key = (package.Provider, package.Version);
        if (!_done.TryGetValue(key, out var known))
        {
            _done[key] = known = await SendAsync(package, files, cancellationToken);
        }

        return known.Refusal is { } refusal
            ? throw new InvalidDataException(refusal)
            : !known.Description!.Unproven.Contains(package.Platform.Value);
    }

    private async Task<(ProofDescription? Description, string? Refusal)> SendAsync(
        FoundPackage package, ProofFiles files, CancellationToken cancellationToken)
    {
        try
        {
            var description = ProofDescription.Read(files);
            await client.ImportProofAsync(group, package.Provider, package.Version, description.ToDocument(files), cancellationToken);
            return (description, null);
        }
        catch (MirrorApiException e) when (e.Status is HttpStatusCode.UnprocessableEntity or HttpStatusCode.BadRequest)
        {
            return (null, e.Message);
        }
        catch (InvalidDataException e)
        {
            return (null, e.Message);
        }
    }
}
