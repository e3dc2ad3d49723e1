namespace Mirror.Web.Contracts;

/// <summary>A problem document as clients read it.</summary>
public sealed record ProblemDocument(int? Status, string? Title, string? Detail);
