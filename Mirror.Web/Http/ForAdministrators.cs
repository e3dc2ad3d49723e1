namespace Mirror.Web.Http;

/// <summary>Metadata of an endpoint for administrators: why it is not for the owners of a group, and what they can do.</summary>
/// <param name="Reason">One or more sentences.</param>
internal sealed record ForAdministrators(string Reason);
