namespace Mirror.Web.Cli;

/// <summary>The server cannot start for a reason that its operator can fix; the message says what to do.</summary>
public sealed class StartFailedException(string message, Exception? inner = null) : Exception(message, inner);
