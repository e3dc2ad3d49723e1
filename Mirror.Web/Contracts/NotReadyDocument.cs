namespace Mirror.Web.Contracts;

/// <param name="Reason">Why the server cannot accept requests.</param>
internal sealed record NotReadyDocument(string Status, string Reason);
