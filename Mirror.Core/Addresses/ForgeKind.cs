namespace Mirror.Core.Addresses;

/// <summary>The software of a Git server, which determines its archive URLs and webhook signatures.</summary>
public enum ForgeKind
{
    GitHub,
    GitLab,
    Bitbucket,
    Gitea,
    AzureDevOps,
}
