namespace Mirror.Web.Contracts;

/// <param name="Reason">Why the server should get no requests.</param>
internal sealed record UnreadyDocument(string Status, string Reason);
