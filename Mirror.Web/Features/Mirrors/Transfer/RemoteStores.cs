using Mirror.Core.Addresses;
using Mirror.Core.Storage.Objects;
using Mirror.Web.Cli;

namespace Mirror.Web.Features.Mirrors.Transfer;

/// <summary>Bundles in object stores, as arguments of <c>mirror import</c> and <c>mirror export</c>.</summary>
internal static class RemoteStores
{
    /// <summary>A section of the help.</summary>
    public static readonly IReadOnlyList<string> Help =
    [
        "s3://BUCKET/KEY         The credentials of the AWS CLI; AWS_REGION,",
        "                        AWS_ENDPOINT_URL",
        "azblob://CONTAINER/KEY  The credentials of the Azure CLI;",
        "                        AZURE_STORAGE_ACCOUNT or",
        "                        AZURE_STORAGE_CONNECTION_STRING",
        "gs://BUCKET/KEY         The application default credentials;",
        "                        STORAGE_EMULATOR_HOST",
    ];

    /// <summary>Runs a command, and reports a failure of the object store in its own words: the store is not the server's.</summary>
    /// <returns>The exit code.</returns>
    public static async Task<int> ExplainAsync(CommandCall call, Func<Task<int>> run)
    {
        try
        {
            return await run();
        }
        catch (ObjectStoreException e)
        {
            call.Output.Error(e.Message);
            return ExitCodes.Failure;
        }
    }

    /// <exception cref="UsageException">The environment lacks something.</exception>
    public static IObjectStore Open(ObjectUrl url)
    {
        try
        {
            return url.Open(Environment.GetEnvironmentVariable, TimeProvider.System);
        }
        catch (FormatException e)
        {
            throw new UsageException(e.Message, e);
        }
    }
}
