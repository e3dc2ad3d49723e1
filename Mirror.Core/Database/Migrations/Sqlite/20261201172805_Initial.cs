using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Mirror.Core.Database.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class Initial : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "Audit",
                columns: table => new
                {
                    Id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    At = table.Column<long>(type: "INTEGER", nullable: false),
                    RootGroupId = table.Column<long>(type: "INTEGER", nullable: true),
                    NamespaceId = table.Column<long>(type: "INTEGER", nullable: true),
                    Action = table.Column<string>(type: "TEXT", nullable: false),
                    Succeeded = table.Column<bool>(type: "INTEGER", nullable: false),
                    Principal = table.Column<string>(type: "TEXT", nullable: false),
                    PrincipalKind = table.Column<string>(type: "TEXT", maxLength: 32, nullable: false),
                    RemoteAddress = table.Column<string>(type: "TEXT", nullable: true),
                    Run = table.Column<string>(type: "TEXT", nullable: true),
                    Provider = table.Column<string>(type: "TEXT", nullable: true),
                    Version = table.Column<string>(type: "TEXT", nullable: true),
                    Platform = table.Column<string>(type: "TEXT", nullable: true),
                    Target = table.Column<string>(type: "TEXT", nullable: true),
                    Detail = table.Column<string>(type: "TEXT", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Audit", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "Blobs",
                columns: table => new
                {
                    Sha256 = table.Column<string>(type: "TEXT", nullable: false),
                    Size = table.Column<long>(type: "INTEGER", nullable: false),
                    Identity = table.Column<string>(type: "TEXT", nullable: true),
                    OrphanedAt = table.Column<long>(type: "INTEGER", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Blobs", x => x.Sha256);
                });

            migrationBuilder.CreateTable(
                name: "IssuerKeys",
                columns: table => new
                {
                    Id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    KeyId = table.Column<string>(type: "TEXT", nullable: false),
                    PrivateKey = table.Column<byte[]>(type: "BLOB", nullable: false),
                    PublicKey = table.Column<byte[]>(type: "BLOB", nullable: false),
                    CreatedAt = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_IssuerKeys", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "Namespaces",
                columns: table => new
                {
                    Id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    ParentId = table.Column<long>(type: "INTEGER", nullable: true),
                    RootGroupId = table.Column<long>(type: "INTEGER", nullable: false),
                    Kind = table.Column<string>(type: "TEXT", maxLength: 32, nullable: false),
                    Path = table.Column<string>(type: "TEXT", nullable: false),
                    AutomaticCaching = table.Column<bool>(type: "INTEGER", nullable: true),
                    AnonymousRead = table.Column<bool>(type: "INTEGER", nullable: true),
                    MinimumReleaseAge = table.Column<long>(type: "INTEGER", nullable: true),
                    CreatedAt = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Namespaces", x => x.Id);
                    table.ForeignKey(
                        name: "FK_Namespaces_Namespaces_ParentId",
                        column: x => x.ParentId,
                        principalTable: "Namespaces",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "OriginDocuments",
                columns: table => new
                {
                    Id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    Key = table.Column<string>(type: "TEXT", nullable: false),
                    Body = table.Column<byte[]>(type: "BLOB", nullable: false),
                    ETag = table.Column<string>(type: "TEXT", nullable: true),
                    FetchedAt = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_OriginDocuments", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "OriginLatencies",
                columns: table => new
                {
                    Id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    Step = table.Column<string>(type: "TEXT", maxLength: 32, nullable: false),
                    Start = table.Column<long>(type: "INTEGER", nullable: false),
                    Host = table.Column<string>(type: "TEXT", nullable: false),
                    Range = table.Column<int>(type: "INTEGER", nullable: false),
                    Count = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_OriginLatencies", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "Settings",
                columns: table => new
                {
                    Name = table.Column<string>(type: "TEXT", nullable: false),
                    Value = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Settings", x => x.Name);
                });

            migrationBuilder.CreateTable(
                name: "UnpublishedVersions",
                columns: table => new
                {
                    Id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    RootGroupId = table.Column<long>(type: "INTEGER", nullable: false),
                    Source = table.Column<string>(type: "TEXT", nullable: false),
                    Version = table.Column<string>(type: "TEXT", nullable: false),
                    UnpublishedAt = table.Column<long>(type: "INTEGER", nullable: false),
                    UnpublishedBy = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_UnpublishedVersions", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "ClientTraffic",
                columns: table => new
                {
                    Id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    RootGroupId = table.Column<long>(type: "INTEGER", nullable: false),
                    Step = table.Column<string>(type: "TEXT", maxLength: 32, nullable: false),
                    Start = table.Column<long>(type: "INTEGER", nullable: false),
                    PrincipalKind = table.Column<string>(type: "TEXT", maxLength: 32, nullable: false),
                    Principal = table.Column<string>(type: "TEXT", nullable: false),
                    Downloads = table.Column<long>(type: "INTEGER", nullable: false),
                    Redirected = table.Column<long>(type: "INTEGER", nullable: false),
                    ServedBytes = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_ClientTraffic", x => x.Id);
                    table.ForeignKey(
                        name: "FK_ClientTraffic_Namespaces_RootGroupId",
                        column: x => x.RootGroupId,
                        principalTable: "Namespaces",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "Deprecations",
                columns: table => new
                {
                    Id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    RootGroupId = table.Column<long>(type: "INTEGER", nullable: false),
                    Source = table.Column<string>(type: "TEXT", nullable: false),
                    Version = table.Column<string>(type: "TEXT", nullable: false),
                    Message = table.Column<string>(type: "TEXT", nullable: false),
                    Link = table.Column<string>(type: "TEXT", nullable: true),
                    CreatedAt = table.Column<long>(type: "INTEGER", nullable: false),
                    CreatedBy = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Deprecations", x => x.Id);
                    table.ForeignKey(
                        name: "FK_Deprecations_Namespaces_RootGroupId",
                        column: x => x.RootGroupId,
                        principalTable: "Namespaces",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "DocumentRefreshes",
                columns: table => new
                {
                    Id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    NamespaceId = table.Column<long>(type: "INTEGER", nullable: false),
                    Source = table.Column<string>(type: "TEXT", nullable: false),
                    At = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_DocumentRefreshes", x => x.Id);
                    table.ForeignKey(
                        name: "FK_DocumentRefreshes_Namespaces_NamespaceId",
                        column: x => x.NamespaceId,
                        principalTable: "Namespaces",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "FederatedRegistries",
                columns: table => new
                {
                    Id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    NamespaceId = table.Column<long>(type: "INTEGER", nullable: false),
                    Hostname = table.Column<string>(type: "TEXT", nullable: false),
                    Audience = table.Column<string>(type: "TEXT", nullable: false),
                    CreatedAt = table.Column<long>(type: "INTEGER", nullable: false),
                    CreatedBy = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_FederatedRegistries", x => x.Id);
                    table.ForeignKey(
                        name: "FK_FederatedRegistries_Namespaces_NamespaceId",
                        column: x => x.NamespaceId,
                        principalTable: "Namespaces",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "GroupMappings",
                columns: table => new
                {
                    Id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    NamespaceId = table.Column<long>(type: "INTEGER", nullable: false),
                    OidcGroup = table.Column<string>(type: "TEXT", nullable: false),
                    Role = table.Column<string>(type: "TEXT", maxLength: 32, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_GroupMappings", x => x.Id);
                    table.ForeignKey(
                        name: "FK_GroupMappings_Namespaces_NamespaceId",
                        column: x => x.NamespaceId,
                        principalTable: "Namespaces",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "KeyPins",
                columns: table => new
                {
                    Id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    RootGroupId = table.Column<long>(type: "INTEGER", nullable: false),
                    Provider = table.Column<string>(type: "TEXT", nullable: false),
                    Fingerprint = table.Column<string>(type: "TEXT", nullable: false),
                    Comment = table.Column<string>(type: "TEXT", nullable: true),
                    CreatedAt = table.Column<long>(type: "INTEGER", nullable: false),
                    CreatedBy = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_KeyPins", x => x.Id);
                    table.ForeignKey(
                        name: "FK_KeyPins_Namespaces_RootGroupId",
                        column: x => x.RootGroupId,
                        principalTable: "Namespaces",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "ModulePackages",
                columns: table => new
                {
                    Id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    RootGroupId = table.Column<long>(type: "INTEGER", nullable: false),
                    Hostname = table.Column<string>(type: "TEXT", nullable: false),
                    Namespace = table.Column<string>(type: "TEXT", nullable: false),
                    Name = table.Column<string>(type: "TEXT", nullable: false),
                    System = table.Column<string>(type: "TEXT", nullable: false),
                    Version = table.Column<string>(type: "TEXT", nullable: false),
                    Format = table.Column<string>(type: "TEXT", nullable: false),
                    Subdirectory = table.Column<string>(type: "TEXT", nullable: false),
                    Checksum = table.Column<string>(type: "TEXT", nullable: true),
                    Sha256 = table.Column<string>(type: "TEXT", nullable: false),
                    Size = table.Column<long>(type: "INTEGER", nullable: false),
                    Credential = table.Column<string>(type: "TEXT", nullable: false),
                    CachedAt = table.Column<long>(type: "INTEGER", nullable: false),
                    CachedBy = table.Column<string>(type: "TEXT", nullable: false),
                    CachedByKind = table.Column<string>(type: "TEXT", maxLength: 32, nullable: false),
                    Repository = table.Column<string>(type: "TEXT", nullable: true),
                    Revision = table.Column<string>(type: "TEXT", nullable: true),
                    Commit = table.Column<string>(type: "TEXT", nullable: true),
                    MovedTo = table.Column<string>(type: "TEXT", nullable: true),
                    CheckedAt = table.Column<long>(type: "INTEGER", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_ModulePackages", x => x.Id);
                    table.ForeignKey(
                        name: "FK_ModulePackages_Namespaces_RootGroupId",
                        column: x => x.RootGroupId,
                        principalTable: "Namespaces",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "PolicyRules",
                columns: table => new
                {
                    Id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    RootGroupId = table.Column<long>(type: "INTEGER", nullable: false),
                    Position = table.Column<int>(type: "INTEGER", nullable: false),
                    Disabled = table.Column<bool>(type: "INTEGER", nullable: false),
                    Kind = table.Column<string>(type: "TEXT", maxLength: 32, nullable: false),
                    Provider = table.Column<string>(type: "TEXT", nullable: false),
                    Versions = table.Column<string>(type: "TEXT", nullable: true),
                    Comment = table.Column<string>(type: "TEXT", nullable: true),
                    CreatedAt = table.Column<long>(type: "INTEGER", nullable: false),
                    CreatedBy = table.Column<string>(type: "TEXT", nullable: false),
                    ChangedAt = table.Column<long>(type: "INTEGER", nullable: true),
                    ChangedBy = table.Column<string>(type: "TEXT", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_PolicyRules", x => x.Id);
                    table.ForeignKey(
                        name: "FK_PolicyRules_Namespaces_RootGroupId",
                        column: x => x.RootGroupId,
                        principalTable: "Namespaces",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "Principals",
                columns: table => new
                {
                    Id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    Kind = table.Column<string>(type: "TEXT", maxLength: 32, nullable: false),
                    Name = table.Column<string>(type: "TEXT", nullable: false),
                    NamespaceId = table.Column<long>(type: "INTEGER", nullable: true),
                    CreatedAt = table.Column<long>(type: "INTEGER", nullable: false),
                    CreatedBy = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Principals", x => x.Id);
                    table.ForeignKey(
                        name: "FK_Principals_Namespaces_NamespaceId",
                        column: x => x.NamespaceId,
                        principalTable: "Namespaces",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "Providers",
                columns: table => new
                {
                    Id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    RootGroupId = table.Column<long>(type: "INTEGER", nullable: false),
                    Hostname = table.Column<string>(type: "TEXT", nullable: false),
                    Namespace = table.Column<string>(type: "TEXT", nullable: false),
                    Type = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Providers", x => x.Id);
                    table.ForeignKey(
                        name: "FK_Providers_Namespaces_RootGroupId",
                        column: x => x.RootGroupId,
                        principalTable: "Namespaces",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "RegistryNamespaces",
                columns: table => new
                {
                    Id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    RootGroupId = table.Column<long>(type: "INTEGER", nullable: false),
                    Name = table.Column<string>(type: "TEXT", nullable: false),
                    CreatedAt = table.Column<long>(type: "INTEGER", nullable: false),
                    CreatedBy = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_RegistryNamespaces", x => x.Id);
                    table.ForeignKey(
                        name: "FK_RegistryNamespaces_Namespaces_RootGroupId",
                        column: x => x.RootGroupId,
                        principalTable: "Namespaces",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "StorageSamples",
                columns: table => new
                {
                    Id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    RootGroupId = table.Column<long>(type: "INTEGER", nullable: false),
                    Step = table.Column<string>(type: "TEXT", maxLength: 32, nullable: false),
                    Start = table.Column<long>(type: "INTEGER", nullable: false),
                    Bytes = table.Column<long>(type: "INTEGER", nullable: false),
                    Versions = table.Column<int>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_StorageSamples", x => x.Id);
                    table.ForeignKey(
                        name: "FK_StorageSamples_Namespaces_RootGroupId",
                        column: x => x.RootGroupId,
                        principalTable: "Namespaces",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "SyncTasks",
                columns: table => new
                {
                    Id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    RootGroupId = table.Column<long>(type: "INTEGER", nullable: false),
                    NamespaceId = table.Column<long>(type: "INTEGER", nullable: false),
                    Request = table.Column<string>(type: "TEXT", nullable: false),
                    State = table.Column<string>(type: "TEXT", maxLength: 32, nullable: false),
                    Error = table.Column<string>(type: "TEXT", nullable: true),
                    CreatedAt = table.Column<long>(type: "INTEGER", nullable: false),
                    CreatedBy = table.Column<string>(type: "TEXT", nullable: false),
                    CreatedByKind = table.Column<string>(type: "TEXT", maxLength: 32, nullable: false),
                    EndedAt = table.Column<long>(type: "INTEGER", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_SyncTasks", x => x.Id);
                    table.ForeignKey(
                        name: "FK_SyncTasks_Namespaces_NamespaceId",
                        column: x => x.NamespaceId,
                        principalTable: "Namespaces",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "Traffic",
                columns: table => new
                {
                    Id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    RootGroupId = table.Column<long>(type: "INTEGER", nullable: false),
                    Step = table.Column<string>(type: "TEXT", maxLength: 32, nullable: false),
                    Start = table.Column<long>(type: "INTEGER", nullable: false),
                    Provider = table.Column<string>(type: "TEXT", nullable: false),
                    Hits = table.Column<long>(type: "INTEGER", nullable: false),
                    Misses = table.Column<long>(type: "INTEGER", nullable: false),
                    Redirected = table.Column<long>(type: "INTEGER", nullable: false),
                    ServedBytes = table.Column<long>(type: "INTEGER", nullable: false),
                    FetchedBytes = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Traffic", x => x.Id);
                    table.ForeignKey(
                        name: "FK_Traffic_Namespaces_RootGroupId",
                        column: x => x.RootGroupId,
                        principalTable: "Namespaces",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "Variables",
                columns: table => new
                {
                    Id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    NamespaceId = table.Column<long>(type: "INTEGER", nullable: false),
                    Name = table.Column<string>(type: "TEXT", nullable: false),
                    Value = table.Column<byte[]>(type: "BLOB", nullable: false),
                    Sensitive = table.Column<bool>(type: "INTEGER", nullable: false),
                    ChangedAt = table.Column<long>(type: "INTEGER", nullable: false),
                    ChangedBy = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Variables", x => x.Id);
                    table.ForeignKey(
                        name: "FK_Variables_Namespaces_NamespaceId",
                        column: x => x.NamespaceId,
                        principalTable: "Namespaces",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "ModuleDocumentation",
                columns: table => new
                {
                    ModulePackageId = table.Column<long>(type: "INTEGER", nullable: false),
                    Body = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_ModuleDocumentation", x => x.ModulePackageId);
                    table.ForeignKey(
                        name: "FK_ModuleDocumentation_ModulePackages_ModulePackageId",
                        column: x => x.ModulePackageId,
                        principalTable: "ModulePackages",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "AccessTokens",
                columns: table => new
                {
                    Id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    PrincipalId = table.Column<long>(type: "INTEGER", nullable: false),
                    Name = table.Column<string>(type: "TEXT", nullable: false),
                    Prefix = table.Column<string>(type: "TEXT", nullable: false),
                    Hash = table.Column<string>(type: "TEXT", nullable: false),
                    CreatedAt = table.Column<long>(type: "INTEGER", nullable: false),
                    CreatedBy = table.Column<string>(type: "TEXT", nullable: false),
                    ExpiresAt = table.Column<long>(type: "INTEGER", nullable: true),
                    LastUsedAt = table.Column<long>(type: "INTEGER", nullable: true),
                    RevokedAt = table.Column<long>(type: "INTEGER", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_AccessTokens", x => x.Id);
                    table.ForeignKey(
                        name: "FK_AccessTokens_Principals_PrincipalId",
                        column: x => x.PrincipalId,
                        principalTable: "Principals",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "Jobs",
                columns: table => new
                {
                    PrincipalId = table.Column<long>(type: "INTEGER", nullable: false),
                    ExpiresAt = table.Column<long>(type: "INTEGER", nullable: false),
                    EndedAt = table.Column<long>(type: "INTEGER", nullable: true),
                    ReadsProtected = table.Column<bool>(type: "INTEGER", nullable: false),
                    MadeById = table.Column<long>(type: "INTEGER", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Jobs", x => x.PrincipalId);
                    table.ForeignKey(
                        name: "FK_Jobs_Principals_PrincipalId",
                        column: x => x.PrincipalId,
                        principalTable: "Principals",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "Memberships",
                columns: table => new
                {
                    Id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    NamespaceId = table.Column<long>(type: "INTEGER", nullable: false),
                    PrincipalId = table.Column<long>(type: "INTEGER", nullable: false),
                    Role = table.Column<string>(type: "TEXT", maxLength: 32, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Memberships", x => x.Id);
                    table.ForeignKey(
                        name: "FK_Memberships_Namespaces_NamespaceId",
                        column: x => x.NamespaceId,
                        principalTable: "Namespaces",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "FK_Memberships_Principals_PrincipalId",
                        column: x => x.PrincipalId,
                        principalTable: "Principals",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "Sessions",
                columns: table => new
                {
                    Id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    Hash = table.Column<string>(type: "TEXT", nullable: false),
                    PrincipalId = table.Column<long>(type: "INTEGER", nullable: true),
                    CreatedAt = table.Column<long>(type: "INTEGER", nullable: false),
                    ExpiresAt = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Sessions", x => x.Id);
                    table.ForeignKey(
                        name: "FK_Sessions_Principals_PrincipalId",
                        column: x => x.PrincipalId,
                        principalTable: "Principals",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "Users",
                columns: table => new
                {
                    PrincipalId = table.Column<long>(type: "INTEGER", nullable: false),
                    PasswordHash = table.Column<string>(type: "TEXT", nullable: true),
                    PasswordIsTemporary = table.Column<bool>(type: "INTEGER", nullable: false),
                    FailedSignIns = table.Column<int>(type: "INTEGER", nullable: false),
                    LockedUntil = table.Column<long>(type: "INTEGER", nullable: true),
                    IsAdmin = table.Column<bool>(type: "INTEGER", nullable: false),
                    OidcIssuer = table.Column<string>(type: "TEXT", nullable: true),
                    OidcSubject = table.Column<string>(type: "TEXT", nullable: true),
                    OidcGroups = table.Column<string>(type: "TEXT", nullable: true),
                    LastSignedInAt = table.Column<long>(type: "INTEGER", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Users", x => x.PrincipalId);
                    table.ForeignKey(
                        name: "FK_Users_Principals_PrincipalId",
                        column: x => x.PrincipalId,
                        principalTable: "Principals",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "WorkloadTrusts",
                columns: table => new
                {
                    Id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    PrincipalId = table.Column<long>(type: "INTEGER", nullable: false),
                    Issuer = table.Column<string>(type: "TEXT", nullable: false),
                    Audience = table.Column<string>(type: "TEXT", nullable: false),
                    Conditions = table.Column<string>(type: "TEXT", nullable: false),
                    CreatedAt = table.Column<long>(type: "INTEGER", nullable: false),
                    CreatedBy = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_WorkloadTrusts", x => x.Id);
                    table.ForeignKey(
                        name: "FK_WorkloadTrusts_Principals_PrincipalId",
                        column: x => x.PrincipalId,
                        principalTable: "Principals",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "DamagedPackages",
                columns: table => new
                {
                    Id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    ProviderId = table.Column<long>(type: "INTEGER", nullable: false),
                    Version = table.Column<string>(type: "TEXT", nullable: false),
                    Platform = table.Column<string>(type: "TEXT", nullable: false),
                    Sha256 = table.Column<string>(type: "TEXT", nullable: false),
                    Fault = table.Column<string>(type: "TEXT", maxLength: 32, nullable: false),
                    FoundAt = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_DamagedPackages", x => x.Id);
                    table.ForeignKey(
                        name: "FK_DamagedPackages_Providers_ProviderId",
                        column: x => x.ProviderId,
                        principalTable: "Providers",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "OciContents",
                columns: table => new
                {
                    Id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    ProviderId = table.Column<long>(type: "INTEGER", nullable: false),
                    Digest = table.Column<string>(type: "TEXT", nullable: false),
                    Version = table.Column<string>(type: "TEXT", nullable: false),
                    Platform = table.Column<string>(type: "TEXT", nullable: false),
                    Manifest = table.Column<byte[]>(type: "BLOB", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_OciContents", x => x.Id);
                    table.ForeignKey(
                        name: "FK_OciContents_Providers_ProviderId",
                        column: x => x.ProviderId,
                        principalTable: "Providers",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "Proofs",
                columns: table => new
                {
                    Id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    ProviderId = table.Column<long>(type: "INTEGER", nullable: false),
                    Version = table.Column<string>(type: "TEXT", nullable: false),
                    Credential = table.Column<string>(type: "TEXT", nullable: false),
                    SignedAt = table.Column<long>(type: "INTEGER", nullable: true),
                    Sha256Sums = table.Column<byte[]>(type: "BLOB", nullable: false),
                    Signature = table.Column<byte[]>(type: "BLOB", nullable: true),
                    SigningKeys = table.Column<string>(type: "TEXT", nullable: false),
                    Release = table.Column<string>(type: "TEXT", nullable: false),
                    Trust = table.Column<int>(type: "INTEGER", maxLength: 32, nullable: false),
                    KeyFingerprint = table.Column<string>(type: "TEXT", nullable: true),
                    KeyOwner = table.Column<string>(type: "TEXT", nullable: true),
                    KeyExpired = table.Column<bool>(type: "INTEGER", nullable: false),
                    KeyPinned = table.Column<bool>(type: "INTEGER", nullable: false),
                    VerifiedAt = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Proofs", x => x.Id);
                    table.ForeignKey(
                        name: "FK_Proofs_Providers_ProviderId",
                        column: x => x.ProviderId,
                        principalTable: "Providers",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "Quarantine",
                columns: table => new
                {
                    Id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    ProviderId = table.Column<long>(type: "INTEGER", nullable: false),
                    Version = table.Column<string>(type: "TEXT", nullable: false),
                    Platform = table.Column<string>(type: "TEXT", nullable: false),
                    Reason = table.Column<string>(type: "TEXT", nullable: false),
                    FailedAt = table.Column<long>(type: "INTEGER", nullable: false),
                    Until = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Quarantine", x => x.Id);
                    table.ForeignKey(
                        name: "FK_Quarantine_Providers_ProviderId",
                        column: x => x.ProviderId,
                        principalTable: "Providers",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "SeenKeys",
                columns: table => new
                {
                    Id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    ProviderId = table.Column<long>(type: "INTEGER", nullable: false),
                    Fingerprint = table.Column<string>(type: "TEXT", nullable: false),
                    Owner = table.Column<string>(type: "TEXT", nullable: true),
                    FirstSeenAt = table.Column<long>(type: "INTEGER", nullable: false),
                    Algorithm = table.Column<string>(type: "TEXT", nullable: true),
                    ExpiresAt = table.Column<long>(type: "INTEGER", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_SeenKeys", x => x.Id);
                    table.ForeignKey(
                        name: "FK_SeenKeys_Providers_ProviderId",
                        column: x => x.ProviderId,
                        principalTable: "Providers",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "Versions",
                columns: table => new
                {
                    Id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    ProviderId = table.Column<long>(type: "INTEGER", nullable: false),
                    Version = table.Column<string>(type: "TEXT", nullable: false),
                    SortKey = table.Column<string>(type: "TEXT", nullable: false),
                    CreatedAt = table.Column<long>(type: "INTEGER", nullable: false),
                    CreatedBy = table.Column<string>(type: "TEXT", nullable: false),
                    CreatedByKind = table.Column<string>(type: "TEXT", maxLength: 32, nullable: false),
                    RootGroupId = table.Column<long>(type: "INTEGER", nullable: false),
                    AddressKey = table.Column<string>(type: "TEXT", nullable: false),
                    Size = table.Column<long>(type: "INTEGER", nullable: false),
                    LastUsedAt = table.Column<long>(type: "INTEGER", nullable: true),
                    PlatformCount = table.Column<int>(type: "INTEGER", nullable: false),
                    Trust = table.Column<int>(type: "INTEGER", maxLength: 32, nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Versions", x => x.Id);
                    table.ForeignKey(
                        name: "FK_Versions_Providers_ProviderId",
                        column: x => x.ProviderId,
                        principalTable: "Providers",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "HostedRoutes",
                columns: table => new
                {
                    Id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    RootGroupId = table.Column<long>(type: "INTEGER", nullable: false),
                    Hostname = table.Column<string>(type: "TEXT", nullable: false),
                    Namespace = table.Column<string>(type: "TEXT", nullable: false),
                    TargetId = table.Column<long>(type: "INTEGER", nullable: false),
                    CreatedAt = table.Column<long>(type: "INTEGER", nullable: false),
                    CreatedBy = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_HostedRoutes", x => x.Id);
                    table.ForeignKey(
                        name: "FK_HostedRoutes_Namespaces_RootGroupId",
                        column: x => x.RootGroupId,
                        principalTable: "Namespaces",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "FK_HostedRoutes_RegistryNamespaces_TargetId",
                        column: x => x.TargetId,
                        principalTable: "RegistryNamespaces",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "ModuleSources",
                columns: table => new
                {
                    Id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    HookId = table.Column<string>(type: "TEXT", nullable: false),
                    NamespaceId = table.Column<long>(type: "INTEGER", nullable: false),
                    Name = table.Column<string>(type: "TEXT", nullable: false),
                    System = table.Column<string>(type: "TEXT", nullable: false),
                    Repository = table.Column<string>(type: "TEXT", nullable: false),
                    Forge = table.Column<string>(type: "TEXT", maxLength: 32, nullable: false),
                    TagPrefix = table.Column<string>(type: "TEXT", nullable: false),
                    Subdirectory = table.Column<string>(type: "TEXT", nullable: false),
                    Secret = table.Column<byte[]>(type: "BLOB", nullable: false),
                    CreatedAt = table.Column<long>(type: "INTEGER", nullable: false),
                    CreatedBy = table.Column<string>(type: "TEXT", nullable: false),
                    LastDeliveryAt = table.Column<long>(type: "INTEGER", nullable: true),
                    LastTag = table.Column<string>(type: "TEXT", nullable: true),
                    LastProblem = table.Column<string>(type: "TEXT", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_ModuleSources", x => x.Id);
                    table.ForeignKey(
                        name: "FK_ModuleSources_RegistryNamespaces_NamespaceId",
                        column: x => x.NamespaceId,
                        principalTable: "RegistryNamespaces",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "PublishingKeys",
                columns: table => new
                {
                    Id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    NamespaceId = table.Column<long>(type: "INTEGER", nullable: false),
                    Fingerprint = table.Column<string>(type: "TEXT", nullable: false),
                    AsciiArmor = table.Column<string>(type: "TEXT", nullable: false),
                    Owner = table.Column<string>(type: "TEXT", nullable: true),
                    Algorithm = table.Column<string>(type: "TEXT", nullable: true),
                    State = table.Column<string>(type: "TEXT", maxLength: 32, nullable: false),
                    Secret = table.Column<byte[]>(type: "BLOB", nullable: true),
                    AddedAt = table.Column<long>(type: "INTEGER", nullable: false),
                    AddedBy = table.Column<string>(type: "TEXT", nullable: false),
                    ChangedAt = table.Column<long>(type: "INTEGER", nullable: true),
                    Reason = table.Column<string>(type: "TEXT", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_PublishingKeys", x => x.Id);
                    table.ForeignKey(
                        name: "FK_PublishingKeys_RegistryNamespaces_NamespaceId",
                        column: x => x.NamespaceId,
                        principalTable: "RegistryNamespaces",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "SyncPackages",
                columns: table => new
                {
                    Id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    TaskId = table.Column<long>(type: "INTEGER", nullable: false),
                    Provider = table.Column<string>(type: "TEXT", nullable: false),
                    Version = table.Column<string>(type: "TEXT", nullable: false),
                    Platform = table.Column<string>(type: "TEXT", nullable: false),
                    State = table.Column<string>(type: "TEXT", maxLength: 32, nullable: false),
                    Error = table.Column<string>(type: "TEXT", nullable: true),
                    Size = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_SyncPackages", x => x.Id);
                    table.ForeignKey(
                        name: "FK_SyncPackages_SyncTasks_TaskId",
                        column: x => x.TaskId,
                        principalTable: "SyncTasks",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "JobPackages",
                columns: table => new
                {
                    Id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    JobId = table.Column<long>(type: "INTEGER", nullable: false),
                    Provider = table.Column<string>(type: "TEXT", nullable: false),
                    Version = table.Column<string>(type: "TEXT", nullable: false),
                    Outcome = table.Column<string>(type: "TEXT", maxLength: 32, nullable: false),
                    Reason = table.Column<string>(type: "TEXT", nullable: true),
                    At = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_JobPackages", x => x.Id);
                    table.ForeignKey(
                        name: "FK_JobPackages_Jobs_JobId",
                        column: x => x.JobId,
                        principalTable: "Jobs",
                        principalColumn: "PrincipalId",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "Packages",
                columns: table => new
                {
                    Id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    VersionId = table.Column<long>(type: "INTEGER", nullable: false),
                    Os = table.Column<string>(type: "TEXT", nullable: false),
                    Arch = table.Column<string>(type: "TEXT", nullable: false),
                    Sha256 = table.Column<string>(type: "TEXT", nullable: false),
                    ContentHash = table.Column<string>(type: "TEXT", nullable: true),
                    ArchiveProblem = table.Column<string>(type: "TEXT", nullable: true),
                    Size = table.Column<long>(type: "INTEGER", nullable: false),
                    Trust = table.Column<int>(type: "INTEGER", maxLength: 32, nullable: false),
                    Credential = table.Column<string>(type: "TEXT", nullable: false),
                    CachedAt = table.Column<long>(type: "INTEGER", nullable: false),
                    CachedBy = table.Column<string>(type: "TEXT", nullable: false),
                    CachedByKind = table.Column<string>(type: "TEXT", maxLength: 32, nullable: false),
                    LastUsedAt = table.Column<long>(type: "INTEGER", nullable: true),
                    Downloads = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Packages", x => x.Id);
                    table.ForeignKey(
                        name: "FK_Packages_Versions_VersionId",
                        column: x => x.VersionId,
                        principalTable: "Versions",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "PendingTags",
                columns: table => new
                {
                    Id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    SourceId = table.Column<long>(type: "INTEGER", nullable: false),
                    Tag = table.Column<string>(type: "TEXT", nullable: false),
                    ReceivedAt = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_PendingTags", x => x.Id);
                    table.ForeignKey(
                        name: "FK_PendingTags_ModuleSources_SourceId",
                        column: x => x.SourceId,
                        principalTable: "ModuleSources",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.InsertData(
                table: "Namespaces",
                columns: new[] { "Id", "AnonymousRead", "AutomaticCaching", "CreatedAt", "Kind", "MinimumReleaseAge", "ParentId", "Path", "RootGroupId" },
                values: new object[] { 1L, null, true, 0L, "Group", null, null, "default", 1L });

            migrationBuilder.CreateIndex(
                name: "IX_AccessTokens_Hash",
                table: "AccessTokens",
                column: "Hash",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_AccessTokens_PrincipalId",
                table: "AccessTokens",
                column: "PrincipalId");

            migrationBuilder.CreateIndex(
                name: "IX_Audit_At",
                table: "Audit",
                column: "At");

            migrationBuilder.CreateIndex(
                name: "IX_Audit_Principal_Id",
                table: "Audit",
                columns: new[] { "Principal", "Id" });

            migrationBuilder.CreateIndex(
                name: "IX_Audit_Provider_Id",
                table: "Audit",
                columns: new[] { "Provider", "Id" });

            migrationBuilder.CreateIndex(
                name: "IX_Audit_RootGroupId_At",
                table: "Audit",
                columns: new[] { "RootGroupId", "At" });

            migrationBuilder.CreateIndex(
                name: "IX_Audit_RootGroupId_Id",
                table: "Audit",
                columns: new[] { "RootGroupId", "Id" });

            migrationBuilder.CreateIndex(
                name: "IX_Audit_Run_Id",
                table: "Audit",
                columns: new[] { "Run", "Id" },
                filter: "\"Run\" IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "IX_Blobs_OrphanedAt",
                table: "Blobs",
                column: "OrphanedAt",
                filter: "\"OrphanedAt\" IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "IX_ClientTraffic_RootGroupId_Step_Start_PrincipalKind_Principal",
                table: "ClientTraffic",
                columns: new[] { "RootGroupId", "Step", "Start", "PrincipalKind", "Principal" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_ClientTraffic_Step_Start",
                table: "ClientTraffic",
                columns: new[] { "Step", "Start" });

            migrationBuilder.CreateIndex(
                name: "IX_DamagedPackages_ProviderId_Version_Platform",
                table: "DamagedPackages",
                columns: new[] { "ProviderId", "Version", "Platform" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_Deprecations_RootGroupId_Source_Version",
                table: "Deprecations",
                columns: new[] { "RootGroupId", "Source", "Version" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_DocumentRefreshes_NamespaceId_Source",
                table: "DocumentRefreshes",
                columns: new[] { "NamespaceId", "Source" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_FederatedRegistries_NamespaceId_Hostname",
                table: "FederatedRegistries",
                columns: new[] { "NamespaceId", "Hostname" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_GroupMappings_NamespaceId_OidcGroup",
                table: "GroupMappings",
                columns: new[] { "NamespaceId", "OidcGroup" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_HostedRoutes_RootGroupId_Hostname_Namespace",
                table: "HostedRoutes",
                columns: new[] { "RootGroupId", "Hostname", "Namespace" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_HostedRoutes_TargetId",
                table: "HostedRoutes",
                column: "TargetId");

            migrationBuilder.CreateIndex(
                name: "IX_IssuerKeys_KeyId",
                table: "IssuerKeys",
                column: "KeyId",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_JobPackages_JobId_Provider_Version",
                table: "JobPackages",
                columns: new[] { "JobId", "Provider", "Version" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_Jobs_ExpiresAt",
                table: "Jobs",
                column: "ExpiresAt");

            migrationBuilder.CreateIndex(
                name: "IX_KeyPins_RootGroupId_Provider_Fingerprint",
                table: "KeyPins",
                columns: new[] { "RootGroupId", "Provider", "Fingerprint" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_Memberships_NamespaceId_PrincipalId",
                table: "Memberships",
                columns: new[] { "NamespaceId", "PrincipalId" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_Memberships_PrincipalId",
                table: "Memberships",
                column: "PrincipalId");

            migrationBuilder.CreateIndex(
                name: "IX_ModulePackages_RootGroupId_Hostname_Namespace_Name_System_Version",
                table: "ModulePackages",
                columns: new[] { "RootGroupId", "Hostname", "Namespace", "Name", "System", "Version" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_ModulePackages_Sha256",
                table: "ModulePackages",
                column: "Sha256");

            migrationBuilder.CreateIndex(
                name: "IX_ModuleSources_HookId",
                table: "ModuleSources",
                column: "HookId",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_ModuleSources_NamespaceId_Name_System",
                table: "ModuleSources",
                columns: new[] { "NamespaceId", "Name", "System" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_Namespaces_ParentId",
                table: "Namespaces",
                column: "ParentId");

            migrationBuilder.CreateIndex(
                name: "IX_Namespaces_Path",
                table: "Namespaces",
                column: "Path",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_OciContents_ProviderId_Digest",
                table: "OciContents",
                columns: new[] { "ProviderId", "Digest" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_OriginDocuments_Key",
                table: "OriginDocuments",
                column: "Key",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_OriginLatencies_Step_Start_Host_Range",
                table: "OriginLatencies",
                columns: new[] { "Step", "Start", "Host", "Range" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_Packages_LastUsedAt",
                table: "Packages",
                column: "LastUsedAt");

            migrationBuilder.CreateIndex(
                name: "IX_Packages_Protected",
                table: "Packages",
                column: "VersionId",
                filter: "\"Credential\" <> 'none'");

            migrationBuilder.CreateIndex(
                name: "IX_Packages_Sha256",
                table: "Packages",
                column: "Sha256");

            migrationBuilder.CreateIndex(
                name: "IX_Packages_VersionId_Os_Arch",
                table: "Packages",
                columns: new[] { "VersionId", "Os", "Arch" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_PendingTags_SourceId_Tag",
                table: "PendingTags",
                columns: new[] { "SourceId", "Tag" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_PolicyRules_RootGroupId",
                table: "PolicyRules",
                column: "RootGroupId");

            migrationBuilder.CreateIndex(
                name: "IX_Principals_NamespaceId_Name",
                table: "Principals",
                columns: new[] { "NamespaceId", "Name" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_Principals_UserName",
                table: "Principals",
                column: "Name",
                unique: true,
                filter: "\"NamespaceId\" IS NULL");

            migrationBuilder.CreateIndex(
                name: "IX_Proofs_Protected",
                table: "Proofs",
                column: "ProviderId",
                filter: "\"Credential\" <> 'none'");

            migrationBuilder.CreateIndex(
                name: "IX_Proofs_ProviderId_KeyFingerprint_VerifiedAt_Version",
                table: "Proofs",
                columns: new[] { "ProviderId", "KeyFingerprint", "VerifiedAt", "Version" });

            migrationBuilder.CreateIndex(
                name: "IX_Proofs_ProviderId_Version_Credential",
                table: "Proofs",
                columns: new[] { "ProviderId", "Version", "Credential" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_Proofs_SignedAt_ProviderId_Version",
                table: "Proofs",
                columns: new[] { "SignedAt", "ProviderId", "Version" });

            migrationBuilder.CreateIndex(
                name: "IX_Providers_RootGroupId_Hostname_Namespace_Type",
                table: "Providers",
                columns: new[] { "RootGroupId", "Hostname", "Namespace", "Type" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_PublishingKeys_NamespaceId_Fingerprint",
                table: "PublishingKeys",
                columns: new[] { "NamespaceId", "Fingerprint" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_Quarantine_ProviderId_Version_Platform",
                table: "Quarantine",
                columns: new[] { "ProviderId", "Version", "Platform" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_RegistryNamespaces_Name",
                table: "RegistryNamespaces",
                column: "Name",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_RegistryNamespaces_RootGroupId",
                table: "RegistryNamespaces",
                column: "RootGroupId");

            migrationBuilder.CreateIndex(
                name: "IX_SeenKeys_ProviderId_Fingerprint",
                table: "SeenKeys",
                columns: new[] { "ProviderId", "Fingerprint" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_Sessions_ExpiresAt",
                table: "Sessions",
                column: "ExpiresAt");

            migrationBuilder.CreateIndex(
                name: "IX_Sessions_Hash",
                table: "Sessions",
                column: "Hash",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_Sessions_PrincipalId",
                table: "Sessions",
                column: "PrincipalId");

            migrationBuilder.CreateIndex(
                name: "IX_StorageSamples_RootGroupId_Step_Start",
                table: "StorageSamples",
                columns: new[] { "RootGroupId", "Step", "Start" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_SyncPackages_TaskId",
                table: "SyncPackages",
                column: "TaskId");

            migrationBuilder.CreateIndex(
                name: "IX_SyncTasks_NamespaceId",
                table: "SyncTasks",
                column: "NamespaceId");

            migrationBuilder.CreateIndex(
                name: "IX_SyncTasks_RootGroupId_CreatedAt",
                table: "SyncTasks",
                columns: new[] { "RootGroupId", "CreatedAt" });

            migrationBuilder.CreateIndex(
                name: "IX_SyncTasks_State",
                table: "SyncTasks",
                column: "State");

            migrationBuilder.CreateIndex(
                name: "IX_Traffic_RootGroupId_Step_Start_Provider",
                table: "Traffic",
                columns: new[] { "RootGroupId", "Step", "Start", "Provider" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_Traffic_Step_Start",
                table: "Traffic",
                columns: new[] { "Step", "Start" });

            migrationBuilder.CreateIndex(
                name: "IX_UnpublishedVersions_Source_Version",
                table: "UnpublishedVersions",
                columns: new[] { "Source", "Version" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_Users_OidcIssuer_OidcSubject",
                table: "Users",
                columns: new[] { "OidcIssuer", "OidcSubject" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_Variables_NamespaceId_Name",
                table: "Variables",
                columns: new[] { "NamespaceId", "Name" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_Versions_CreatedAt",
                table: "Versions",
                column: "CreatedAt");

            migrationBuilder.CreateIndex(
                name: "IX_Versions_List",
                table: "Versions",
                columns: new[] { "RootGroupId", "AddressKey", "SortKey", "ProviderId", "Version", "CreatedAt", "LastUsedAt", "Size" },
                descending: new[] { false, false, true, false, false, false, false, false });

            migrationBuilder.CreateIndex(
                name: "IX_Versions_ProviderId_SortKey",
                table: "Versions",
                columns: new[] { "ProviderId", "SortKey" });

            migrationBuilder.CreateIndex(
                name: "IX_Versions_ProviderId_Version",
                table: "Versions",
                columns: new[] { "ProviderId", "Version" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_Versions_RootGroupId_CreatedAt_ProviderId_Version",
                table: "Versions",
                columns: new[] { "RootGroupId", "CreatedAt", "ProviderId", "Version" });

            migrationBuilder.CreateIndex(
                name: "IX_Versions_RootGroupId_CreatedBy_ProviderId_Version",
                table: "Versions",
                columns: new[] { "RootGroupId", "CreatedBy", "ProviderId", "Version" });

            migrationBuilder.CreateIndex(
                name: "IX_Versions_RootGroupId_LastUsedAt_ProviderId_Version",
                table: "Versions",
                columns: new[] { "RootGroupId", "LastUsedAt", "ProviderId", "Version" });

            migrationBuilder.CreateIndex(
                name: "IX_Versions_RootGroupId_PlatformCount_ProviderId_Version",
                table: "Versions",
                columns: new[] { "RootGroupId", "PlatformCount", "ProviderId", "Version" });

            migrationBuilder.CreateIndex(
                name: "IX_Versions_RootGroupId_Size_ProviderId_Version",
                table: "Versions",
                columns: new[] { "RootGroupId", "Size", "ProviderId", "Version" });

            migrationBuilder.CreateIndex(
                name: "IX_Versions_RootGroupId_SortKey_ProviderId_Version",
                table: "Versions",
                columns: new[] { "RootGroupId", "SortKey", "ProviderId", "Version" });

            migrationBuilder.CreateIndex(
                name: "IX_Versions_RootGroupId_Trust_ProviderId_Version",
                table: "Versions",
                columns: new[] { "RootGroupId", "Trust", "ProviderId", "Version" });

            migrationBuilder.CreateIndex(
                name: "IX_WorkloadTrusts_Issuer",
                table: "WorkloadTrusts",
                column: "Issuer");

            migrationBuilder.CreateIndex(
                name: "IX_WorkloadTrusts_PrincipalId",
                table: "WorkloadTrusts",
                column: "PrincipalId");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "AccessTokens");

            migrationBuilder.DropTable(
                name: "Audit");

            migrationBuilder.DropTable(
                name: "Blobs");

            migrationBuilder.DropTable(
                name: "ClientTraffic");

            migrationBuilder.DropTable(
                name: "DamagedPackages");

            migrationBuilder.DropTable(
                name: "Deprecations");

            migrationBuilder.DropTable(
                name: "DocumentRefreshes");

            migrationBuilder.DropTable(
                name: "FederatedRegistries");

            migrationBuilder.DropTable(
                name: "GroupMappings");

            migrationBuilder.DropTable(
                name: "HostedRoutes");

            migrationBuilder.DropTable(
                name: "IssuerKeys");

            migrationBuilder.DropTable(
                name: "JobPackages");

            migrationBuilder.DropTable(
                name: "KeyPins");

            migrationBuilder.DropTable(
                name: "Memberships");

            migrationBuilder.DropTable(
                name: "ModuleDocumentation");

            migrationBuilder.DropTable(
                name: "OciContents");

            migrationBuilder.DropTable(
                name: "OriginDocuments");

            migrationBuilder.DropTable(
                name: "OriginLatencies");

            migrationBuilder.DropTable(
                name: "Packages");

            migrationBuilder.DropTable(
                name: "PendingTags");

            migrationBuilder.DropTable(
                name: "PolicyRules");

            migrationBuilder.DropTable(
                name: "Proofs");

            migrationBuilder.DropTable(
                name: "PublishingKeys");

            migrationBuilder.DropTable(
                name: "Quarantine");

            migrationBuilder.DropTable(
                name: "SeenKeys");

            migrationBuilder.DropTable(
                name: "Sessions");

            migrationBuilder.DropTable(
                name: "Settings");

            migrationBuilder.DropTable(
                name: "StorageSamples");

            migrationBuilder.DropTable(
                name: "SyncPackages");

            migrationBuilder.DropTable(
                name: "Traffic");

            migrationBuilder.DropTable(
                name: "UnpublishedVersions");

            migrationBuilder.DropTable(
                name: "Users");

            migrationBuilder.DropTable(
                name: "Variables");

            migrationBuilder.DropTable(
                name: "WorkloadTrusts");

            migrationBuilder.DropTable(
                name: "Jobs");

            migrationBuilder.DropTable(
                name: "ModulePackages");

            migrationBuilder.DropTable(
                name: "Versions");

            migrationBuilder.DropTable(
                name: "ModuleSources");

            migrationBuilder.DropTable(
                name: "SyncTasks");

            migrationBuilder.DropTable(
                name: "Principals");

            migrationBuilder.DropTable(
                name: "Providers");

            migrationBuilder.DropTable(
                name: "RegistryNamespaces");

            migrationBuilder.DropTable(
                name: "Namespaces");
        }
    }
}
