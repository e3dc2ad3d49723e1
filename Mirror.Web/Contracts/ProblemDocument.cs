namespace Mirror.Web.Contracts;

/// <summary>A problem document as a client reads it.</summary>
public sealed record ProblemDocument(int? Status = null, string? Title = null, string? Detail = null);
