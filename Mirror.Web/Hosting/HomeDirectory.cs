namespace Mirror.Web.Hosting;

/// <summary>
/// A container may run this program under a user id without an account and without <c>HOME</c>. .NET reads certificates of the user
/// from below the home directory, and no TLS connection succeeds if it finds none.
/// </summary>
internal static class HomeDirectory
{
    private const string Variable = "HOME";

    /// <summary>Sets <c>HOME</c> if it is missing: to the home of the account, else to <c>/</c>, which only root can write to.</summary>
    public static void Ensure()
    {
        if (!OperatingSystem.IsWindows() && string.IsNullOrEmpty(Environment.GetEnvironmentVariable(Variable)))
        {
            Environment.SetEnvironmentVariable(
                Variable, Environment.GetFolderPath(Environment.SpecialFolder.UserProfile, Environment.SpecialFolderOption.DoNotVerify));
        }
    }
}
