namespace Mirror.Core.Addresses;

/// <summary>What origins have and lock files or configurations name: a provider or a module.</summary>
public interface ISourceAddress
{
    /// <summary>The origin.</summary>
    ProviderHostname Hostname { get; }

    /// <summary>The word for people: <c>provider</c> or <c>module</c>.</summary>
    string Noun { get; }

    /// <summary>For people: without the default hostname.</summary>
    string Display { get; }
}
