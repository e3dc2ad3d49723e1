namespace Mirror.Core.Addresses;

/// <summary>The address of a provider or a module, as lock files and configurations write it.</summary>
public interface ISourceAddress
{
    /// <summary>The origin registry.</summary>
    ProviderHostname Hostname { get; }

    string Namespace { get; }

    /// <summary>For messages: <c>provider</c> or <c>module</c>.</summary>
    string Noun { get; }

    /// <summary>The address for display, without the default hostname.</summary>
    string Display { get; }

    /// <summary>The address with the same name in another namespace, which is valid in it.</summary>
    ISourceAddress In(ProviderHostname hostname, string @namespace);
}
