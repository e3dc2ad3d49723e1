using System.Diagnostics.CodeAnalysis;
using Mirror.Core.Addresses;
using Mirror.Core.Storage;

namespace Mirror.Core.Importing;

/// <summary>The proof files of a version, next to its packages in an exported mirror.</summary>
/// <param name="Sums">SHA256SUMS.</param>
/// <param name="Signature">Null for an unsigned provider.</param>
/// <param name="Description">Keys, protocols and file names, as JSON.</param>
public sealed record ProofFiles(FileSegment Sums, FileSegment? Signature, FileSegment Description)
{
    private const string SumsEnd = "_SHA256SUMS";
    private const string SignatureEnd = "_SHA256SUMS.sig";
    private const string DescriptionEnd = "_proof.json";

    /// <summary>The maximum size of each file in bytes, far more than real providers need.</summary>
    public const int MaxLength = 1 << 20;

    public static string SumsName(string type, ProviderVersion version) => $"terraform-provider-{type}_{version}{SumsEnd}";

    public static string SignatureName(string type, ProviderVersion version) => $"terraform-provider-{type}_{version}{SignatureEnd}";

    public static string DescriptionName(string type, ProviderVersion version) => $"terraform-provider-{type}_{version}{DescriptionEnd}";

    /// <summary>Collects proof files by name and groups them by version.</summary>
    internal sealed class Collector
    {
        private readonly Dictionary<(ProviderAddress, ProviderVersion), Dictionary<string, FileSegment>> _found = [];

        /// <returns>False if the file is not a proof file.</returns>
        public bool TryAdd(ProviderAddress provider, string name, FileSegment file)
        {
            if (!TryParse(provider.Type, name, out var version, out string? end))
            {
                return false;
            }

            if (file.Length <= MaxLength)
            {
                if (!_found.TryGetValue((provider, version), out var files))
                {
                    _found.Add((provider, version), files = []);
                }

                files[end] = file;
            }

            return true;
        }

        public IReadOnlyDictionary<(ProviderAddress, ProviderVersion), ProofFiles> Collect() => _found
            .Where(item => item.Value.ContainsKey(SumsEnd) && item.Value.ContainsKey(DescriptionEnd))
            .ToDictionary(
                item => item.Key,
                item => new ProofFiles(item.Value[SumsEnd], item.Value.GetValueOrDefault(SignatureEnd), item.Value[DescriptionEnd]));

        private static bool TryParse(
            string type, string name, [NotNullWhen(true)] out ProviderVersion? version, [NotNullWhen(true)] out string? end)
        {
            version = null;
            string begin = $"terraform-provider-{type}_";
            end = new[] { SumsEnd, SignatureEnd, DescriptionEnd }.FirstOrDefault(known => name.EndsWith(known, StringComparison.Ordinal));
            return end is not null && name.StartsWith(begin, StringComparison.Ordinal) && name.Length > begin.Length + end.Length
                && ProviderVersion.TryParseCanonical(name[begin.Length..^end.Length], out version);
        }
    }
}
