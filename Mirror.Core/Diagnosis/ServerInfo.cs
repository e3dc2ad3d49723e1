namespace Mirror.Core.Diagnosis;

/// <summary>What an instance tells of itself.</summary>
/// <param name="NetworkMirrorUrl">
/// The network mirror of the group <c>default</c>; null where its protocol is off, or it cannot be reached over https.
/// </param>
/// <param name="OriginsLeftAlone">Hosts that failed several times in a row and are asked again in a moment.</param>
/// <param name="StorageProblem">Why the last package could not be kept; null where it could.</param>
public sealed record ServerInfo(
    string Version, bool AnonymousRead, Uri? NetworkMirrorUrl, IReadOnlyList<string> OriginsLeftAlone, string? StorageProblem);
