namespace Mirror.Core.Storage.Archives;

/// <summary>
/// Limits the unpacking and hashing of archives, which takes seconds for large ones. The queue is unbounded: all archives are already on
/// this server's disk.
/// </summary>
public sealed class ArchiveLane() : WorkLane(HalfOfTheProcessors, int.MaxValue);
