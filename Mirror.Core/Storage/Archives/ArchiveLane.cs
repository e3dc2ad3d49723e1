namespace Mirror.Core.Storage.Archives;

/// <summary>
/// Where archives are unpacked and hashed, which takes seconds for a large one. All wait: whatever is unpacked is on this server's disk
/// already.
/// </summary>
public sealed class ArchiveLane() : WorkLane(HalfOfTheProcessors, int.MaxValue);
