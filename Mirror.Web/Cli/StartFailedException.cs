namespace Mirror.Web.Cli;

/// <summary>The server cannot start for a reason that its operator can mend; the message says which and how.</summary>
public sealed class StartFailedException(string message, Exception? inner = null) : Exception(message, inner);
