using System.Text.Json;
using System.Text.Json.Serialization;
using Mirror.Core.Access;
using Mirror.Core.Addresses;
using Mirror.Core.Audit;
using Mirror.Core.Catalog;
using Mirror.Core.Configuration;
using Mirror.Core.Credentials;
using Mirror.Core.Database;
using Mirror.Core.Diagnosis;
using Mirror.Core.Fetching.Documents;
using Mirror.Core.Hosted;
using Mirror.Core.Hosted.Publishing;
using Mirror.Core.Identity;
using Mirror.Core.Identity.Federation;
using Mirror.Core.Importing;
using Mirror.Core.Jobs;
using Mirror.Core.Policy;
using Mirror.Core.Storage.Integrity;
using Mirror.Core.Sync;
using Mirror.Core.Usage;
using Mirror.Core.Verification;

namespace Mirror.Web.Contracts;

/// <summary>JSON serialization of the API's documents, shared by the server and <see cref="MirrorClient"/>.</summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web,
    DefaultIgnoreCondition = JsonIgnoreCondition.Never,
    Converters =
    [
        typeof(CamelCase<TrustLevel>), typeof(CamelCase<PrincipalKind>), typeof(CamelCase<RecordOutcome>), typeof(CamelCase<SyncState>),
        typeof(CamelCase<SyncPackageState>), typeof(CamelCase<JobPackageOutcome>), typeof(CamelCase<PolicyRuleKind>),
        typeof(CamelCase<VerdictCause>), typeof(CamelCase<UpstreamMode>), typeof(CamelCase<IntegrityFault>),
        typeof(CamelCase<IntegrityOutcome>), typeof(CamelCase<Role>), typeof(CamelCase<NamespaceKind>), typeof(CamelCase<CachingSetting>),
        typeof(CamelCase<PublishingKeyState>),
        typeof(CamelCase<ModuleSourceKind>),
        typeof(CamelCase<ForgeKind>),
    ])]
[JsonSerializable(typeof(ServerInfo))]
[JsonSerializable(typeof(HealthDocument))]
[JsonSerializable(typeof(Page<VersionSummary>))]
[JsonSerializable(typeof(VersionDetails))]
[JsonSerializable(typeof(ModuleDetails))]
[JsonSerializable(typeof(PlatformList))]
[JsonSerializable(typeof(ImportedPackage))]
[JsonSerializable(typeof(SyncOrder))]
[JsonSerializable(typeof(SyncStatus))]
[JsonSerializable(typeof(SyncList))]
[JsonSerializable(typeof(NewJob))]
[JsonSerializable(typeof(JobSummary))]
[JsonSerializable(typeof(RootGroupPolicy))]
[JsonSerializable(typeof(NewPolicyRule))]
[JsonSerializable(typeof(PolicyRule))]
[JsonSerializable(typeof(PolicyRulePosition))]
[JsonSerializable(typeof(PolicyChange))]
[JsonSerializable(typeof(PolicyEffect))]
[JsonSerializable(typeof(NewMinimumReleaseAge))]
[JsonSerializable(typeof(SigningKeyList))]
[JsonSerializable(typeof(NewKeyPin))]
[JsonSerializable(typeof(KeyPin))]
[JsonSerializable(typeof(SearchResults))]
[JsonSerializable(typeof(ProviderDiagnosis))]
[JsonSerializable(typeof(RefreshRequest))]
[JsonSerializable(typeof(GroupStatistics))]
[JsonSerializable(typeof(ModuleList))]
[JsonSerializable(typeof(IntegrityStatus))]
[JsonSerializable(typeof(ProofBundle))]
[JsonSerializable(typeof(ProofSummary))]
[JsonSerializable(typeof(IAsyncEnumerable<VersionSummary>))]
[JsonSerializable(typeof(IReadOnlyList<VersionSummary>))]
[JsonSerializable(typeof(AuditPage))]
[JsonSerializable(typeof(IAsyncEnumerable<AuditEvent>))]
[JsonSerializable(typeof(UserList))]
[JsonSerializable(typeof(User))]
[JsonSerializable(typeof(NewUser))]
[JsonSerializable(typeof(UserPassword))]
[JsonSerializable(typeof(PasswordReset))]
[JsonSerializable(typeof(UserUpdate))]
[JsonSerializable(typeof(Account))]
[JsonSerializable(typeof(PasswordChange))]
[JsonSerializable(typeof(NamespaceList))]
[JsonSerializable(typeof(Namespace))]
[JsonSerializable(typeof(NamespaceName))]
[JsonSerializable(typeof(SettingsUpdate))]
[JsonSerializable(typeof(MemberList))]
[JsonSerializable(typeof(Member))]
[JsonSerializable(typeof(GroupMapping))]
[JsonSerializable(typeof(MemberRole))]
[JsonSerializable(typeof(NewGroupMapping))]
[JsonSerializable(typeof(ServiceAccountList))]
[JsonSerializable(typeof(ServiceAccount))]
[JsonSerializable(typeof(NewServiceAccount))]
[JsonSerializable(typeof(AccessTokenList))]
[JsonSerializable(typeof(SessionList))]
[JsonSerializable(typeof(NewServiceAccountToken))]
[JsonSerializable(typeof(NewAccountToken))]
[JsonSerializable(typeof(CreatedToken))]
[JsonSerializable(typeof(VariableList))]
[JsonSerializable(typeof(NewVariable))]
[JsonSerializable(typeof(FederatedIdentityList))]
[JsonSerializable(typeof(NewFederatedIdentity))]
[JsonSerializable(typeof(FederatedRegistryList))]
[JsonSerializable(typeof(NewFederatedRegistry))]
[JsonSerializable(typeof(HostedRouteList))]
[JsonSerializable(typeof(NewHostedRoute))]
[JsonSerializable(typeof(RegistryNamespaceList))]
[JsonSerializable(typeof(NewRegistryNamespace))]
[JsonSerializable(typeof(PublishingKeyList))]
[JsonSerializable(typeof(NewPublishingKey))]
[JsonSerializable(typeof(NewGeneratedKey))]
[JsonSerializable(typeof(PublishingKeyChange))]
[JsonSerializable(typeof(PublishedProvider))]
[JsonSerializable(typeof(DeprecationList))]
[JsonSerializable(typeof(NewDeprecation))]
[JsonSerializable(typeof(ModuleSourceList))]
[JsonSerializable(typeof(NewModuleSource))]
[JsonSerializable(typeof(CreatedModuleSource))]
[JsonSerializable(typeof(NewWebhookSecret))]
[JsonSerializable(typeof(NewModuleTag))]
[JsonSerializable(typeof(PublishedTag))]
[JsonSerializable(typeof(ProblemDocument))]
internal sealed partial class ApiJson : JsonSerializerContext;

internal sealed class CamelCase<T>() : JsonStringEnumConverter<T>(JsonNamingPolicy.CamelCase, allowIntegerValues: false)
    where T : struct, Enum;
