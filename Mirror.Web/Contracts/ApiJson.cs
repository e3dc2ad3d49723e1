using System.Text.Json;
using System.Text.Json.Serialization;
using Mirror.Core.Catalog;
using Mirror.Core.Configuration;
using Mirror.Core.Database;
using Mirror.Core.Diagnosis;
using Mirror.Core.Storage.Integrity;
using Mirror.Web.Features.Accounts;
using Mirror.Web.Features.Activity;
using Mirror.Web.Features.Diagnosis;
using Mirror.Web.Features.Groups;
using Mirror.Web.Features.Jobs;
using Mirror.Web.Features.Keys;
using Mirror.Web.Features.Maintenance;
using Mirror.Web.Features.Mirrors;
using Mirror.Web.Features.Overview;
using Mirror.Web.Features.Policy;
using Mirror.Web.Features.Syncs;

namespace Mirror.Web.Contracts;

/// <summary>How the API's documents are written, by the server and read by <see cref="MirrorClient"/>.</summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web,
    DefaultIgnoreCondition = JsonIgnoreCondition.Never,
    Converters = [typeof(CamelCase<TrustLevel>), typeof(CamelCase<PrincipalKind>), typeof(CamelCase<RecordOutcome>), typeof(CamelCase<SyncState>), typeof(CamelCase<SyncPackageState>), typeof(CamelCase<JobPackageOutcome>), typeof(CamelCase<PolicyRuleKind>), typeof(CamelCase<VerdictCause>), typeof(CamelCase<UpstreamMode>), typeof(CamelCase<IntegrityFault>), typeof(CamelCase<IntegrityOutcome>), typeof(CamelCase<Role>), typeof(CamelCase<NamespaceKind>), typeof(CamelCase<CachingSetting>)])]
[JsonSerializable(typeof(ServerDocument))]
[JsonSerializable(typeof(UnreadyDocument))]
[JsonSerializable(typeof(VersionListDocument))]
[JsonSerializable(typeof(VersionDocument))]
[JsonSerializable(typeof(PlatformListDocument))]
[JsonSerializable(typeof(ImportDocument))]
[JsonSerializable(typeof(SyncOrder))]
[JsonSerializable(typeof(SyncDocument))]
[JsonSerializable(typeof(SyncListDocument))]
[JsonSerializable(typeof(NewJobDocument))]
[JsonSerializable(typeof(JobDocument))]
[JsonSerializable(typeof(PolicyDocument))]
[JsonSerializable(typeof(NewPolicyRuleDocument))]
[JsonSerializable(typeof(PolicyRuleDocument))]
[JsonSerializable(typeof(MinimumReleaseAgeDocument))]
[JsonSerializable(typeof(KeyListDocument))]
[JsonSerializable(typeof(DiagnosisDocument))]
[JsonSerializable(typeof(RefreshDocument))]
[JsonSerializable(typeof(StatisticsDocument))]
[JsonSerializable(typeof(ModuleListDocument))]
[JsonSerializable(typeof(IntegrityDocument))]
[JsonSerializable(typeof(ProofFilesDocument))]
[JsonSerializable(typeof(ProofDocument))]
[JsonSerializable(typeof(AuditListDocument))]
[JsonSerializable(typeof(UserListDocument))]
[JsonSerializable(typeof(UserDocument))]
[JsonSerializable(typeof(NewUserDocument))]
[JsonSerializable(typeof(UserPasswordDocument))]
[JsonSerializable(typeof(PasswordResetDocument))]
[JsonSerializable(typeof(UserChangeDocument))]
[JsonSerializable(typeof(CallerDocument))]
[JsonSerializable(typeof(PasswordChangeDocument))]
[JsonSerializable(typeof(NamespaceListDocument))]
[JsonSerializable(typeof(NamespaceDocument))]
[JsonSerializable(typeof(NamespaceNameDocument))]
[JsonSerializable(typeof(SettingsDocument))]
[JsonSerializable(typeof(MemberListDocument))]
[JsonSerializable(typeof(MemberDocument))]
[JsonSerializable(typeof(GroupMappingDocument))]
[JsonSerializable(typeof(RoleDocument))]
[JsonSerializable(typeof(NewGroupMappingDocument))]
[JsonSerializable(typeof(ServiceAccountListDocument))]
[JsonSerializable(typeof(ServiceAccountDocument))]
[JsonSerializable(typeof(NewServiceAccountDocument))]
[JsonSerializable(typeof(TokenListDocument))]
[JsonSerializable(typeof(NewTokenDocument))]
[JsonSerializable(typeof(NewAccountTokenDocument))]
[JsonSerializable(typeof(CreatedTokenDocument))]
[JsonSerializable(typeof(VariableListDocument))]
[JsonSerializable(typeof(NewVariableDocument))]
[JsonSerializable(typeof(TrustListDocument))]
[JsonSerializable(typeof(NewTrustDocument))]
[JsonSerializable(typeof(FederatedRegistryListDocument))]
[JsonSerializable(typeof(NewFederatedRegistryDocument))]
[JsonSerializable(typeof(ProblemDocument))]
internal sealed partial class ApiJson : JsonSerializerContext;

internal sealed class CamelCase<T>() : JsonStringEnumConverter<T>(JsonNamingPolicy.CamelCase, allowIntegerValues: false)
    where T : struct, Enum;
