using System.Text.Json;
using Mirror.Core.Importing;
using Mirror.Core.Upstream;

namespace Mirror.Web.Features.Mirrors.Transfer;

/// <summary>The description of a proof, exported with SHA256SUMS and the signature.</summary>
/// <param name="Unproven">The platforms whose imported package differs from SHA256SUMS.</param>
internal sealed record ProofDescription(
    IReadOnlyList<OfferedKey> SigningKeys,
    IReadOnlyList<string> Protocols,
    IReadOnlyList<ProofBundleFile> Files,
    IReadOnlyList<string> Unproven)
{
    public byte[] ToBytes() => JsonSerializer.SerializeToUtf8Bytes(this, TransferJson.Default.ProofDescription);

    /// <exception cref="InvalidDataException">It is malformed.</exception>
    public static ProofDescription Read(ProofFiles files)
    {
        try
        {
            var read = JsonSerializer.Deserialize(files.Description.ReadAllBytes(), TransferJson.Default.ProofDescription);
            return read is { SigningKeys: not null, Protocols: not null, Files: not null, Unproven: not null }
                ? read
                : throw new JsonException("a part is missing");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"'{files.Description.Path}': cannot read the description of a proof: {e.Message}", e);
        }
    }

    public ProofBundle ToDocument(ProofFiles files) =>
        new(files.Sums.ReadAllBytes(), files.Signature?.ReadAllBytes(), SigningKeys, Protocols, Files);
}
