using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql.EntityFrameworkCore.PostgreSQL.Metadata;

#nullable disable

namespace Mirror.Core.Database.Migrations.PostgreSql
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
                    Id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    At = table.Column<long>(type: "bigint", nullable: false),
                    RootGroupId = table.Column<long>(type: "bigint", nullable: true),
                    NamespaceId = table.Column<long>(type: "bigint", nullable: true),
                    Action = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Succeeded = table.Column<bool>(type: "boolean", nullable: false),
                    Principal = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    PrincipalKind = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    RemoteAddress = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    Run = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    Provider = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    Version = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    Platform = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    Target = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    Detail = table.Column<string>(type: "text", nullable: true, collation: "C")
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Audit", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "Blobs",
                columns: table => new
                {
                    Sha256 = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Size = table.Column<long>(type: "bigint", nullable: false),
                    Identity = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    OrphanedAt = table.Column<long>(type: "bigint", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Blobs", x => x.Sha256);
                });

            migrationBuilder.CreateTable(
                name: "IssuerKeys",
                columns: table => new
                {
                    Id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    KeyId = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    PrivateKey = table.Column<byte[]>(type: "bytea", nullable: false),
                    PublicKey = table.Column<byte[]>(type: "bytea", nullable: false),
                    CreatedAt = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_IssuerKeys", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "Namespaces",
                columns: table => new
                {
                    Id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:IdentitySequenceOptions", "'2', '1', '', '', 'False', '1'")
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    ParentId = table.Column<long>(type: "bigint", nullable: true),
                    RootGroupId = table.Column<long>(type: "bigint", nullable: false),
                    Kind = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    Path = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    AutomaticCaching = table.Column<bool>(type: "boolean", nullable: true),
                    AnonymousRead = table.Column<bool>(type: "boolean", nullable: true),
                    MinimumReleaseAge = table.Column<long>(type: "bigint", nullable: true),
                    CreatedAt = table.Column<long>(type: "bigint", nullable: false)
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
                    Id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    Key = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Body = table.Column<byte[]>(type: "bytea", nullable: false),
                    ETag = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    FetchedAt = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_OriginDocuments", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "OriginLatencies",
                columns: table => new
                {
                    Id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    Step = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    Start = table.Column<long>(type: "bigint", nullable: false),
                    Host = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Range = table.Column<int>(type: "integer", nullable: false),
                    Count = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_OriginLatencies", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "Settings",
                columns: table => new
                {
                    Name = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Value = table.Column<string>(type: "text", nullable: false, collation: "C")
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Settings", x => x.Name);
                });

            migrationBuilder.CreateTable(
                name: "UnpublishedVersions",
                columns: table => new
                {
                    Id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    RootGroupId = table.Column<long>(type: "bigint", nullable: false),
                    Source = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Version = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    UnpublishedAt = table.Column<long>(type: "bigint", nullable: false),
                    UnpublishedBy = table.Column<string>(type: "text", nullable: false, collation: "C")
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_UnpublishedVersions", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "ClientTraffic",
                columns: table => new
                {
                    Id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    RootGroupId = table.Column<long>(type: "bigint", nullable: false),
                    Step = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    Start = table.Column<long>(type: "bigint", nullable: false),
                    PrincipalKind = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    Principal = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Downloads = table.Column<long>(type: "bigint", nullable: false),
                    Redirected = table.Column<long>(type: "bigint", nullable: false),
                    ServedBytes = table.Column<long>(type: "bigint", nullable: false)
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
                    Id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    RootGroupId = table.Column<long>(type: "bigint", nullable: false),
                    Source = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Version = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Message = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Link = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    CreatedAt = table.Column<long>(type: "bigint", nullable: false),
                    CreatedBy = table.Column<string>(type: "text", nullable: false, collation: "C")
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
                    Id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    NamespaceId = table.Column<long>(type: "bigint", nullable: false),
                    Source = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    At = table.Column<long>(type: "bigint", nullable: false)
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
                    Id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    NamespaceId = table.Column<long>(type: "bigint", nullable: false),
                    Hostname = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Audience = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    CreatedAt = table.Column<long>(type: "bigint", nullable: false),
                    CreatedBy = table.Column<string>(type: "text", nullable: false, collation: "C")
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
                    Id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    NamespaceId = table.Column<long>(type: "bigint", nullable: false),
                    OidcGroup = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Role = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false)
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
                    Id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    RootGroupId = table.Column<long>(type: "bigint", nullable: false),
                    Provider = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Fingerprint = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Comment = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    CreatedAt = table.Column<long>(type: "bigint", nullable: false),
                    CreatedBy = table.Column<string>(type: "text", nullable: false, collation: "C")
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
                    Id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    RootGroupId = table.Column<long>(type: "bigint", nullable: false),
                    Hostname = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Namespace = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Name = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    System = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Version = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Format = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Subdirectory = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Checksum = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    Sha256 = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Size = table.Column<long>(type: "bigint", nullable: false),
                    Credential = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    CachedAt = table.Column<long>(type: "bigint", nullable: false),
                    CachedBy = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    CachedByKind = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    Repository = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    Revision = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    Commit = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    MovedTo = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    CheckedAt = table.Column<long>(type: "bigint", nullable: true)
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
                    Id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    RootGroupId = table.Column<long>(type: "bigint", nullable: false),
                    Position = table.Column<int>(type: "integer", nullable: false),
                    Disabled = table.Column<bool>(type: "boolean", nullable: false),
                    Kind = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    Provider = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Versions = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    Comment = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    CreatedAt = table.Column<long>(type: "bigint", nullable: false),
                    CreatedBy = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    ChangedAt = table.Column<long>(type: "bigint", nullable: true),
                    ChangedBy = table.Column<string>(type: "text", nullable: true, collation: "C")
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
                    Id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    Kind = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    Name = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    NamespaceId = table.Column<long>(type: "bigint", nullable: true),
                    CreatedAt = table.Column<long>(type: "bigint", nullable: false),
                    CreatedBy = table.Column<string>(type: "text", nullable: false, collation: "C")
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
                    Id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    RootGroupId = table.Column<long>(type: "bigint", nullable: false),
                    Hostname = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Namespace = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Type = table.Column<string>(type: "text", nullable: false, collation: "C")
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
                    Id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    RootGroupId = table.Column<long>(type: "bigint", nullable: false),
                    Name = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    CreatedAt = table.Column<long>(type: "bigint", nullable: false),
                    CreatedBy = table.Column<string>(type: "text", nullable: false, collation: "C")
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
                    Id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    RootGroupId = table.Column<long>(type: "bigint", nullable: false),
                    Step = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    Start = table.Column<long>(type: "bigint", nullable: false),
                    Bytes = table.Column<long>(type: "bigint", nullable: false),
                    Versions = table.Column<int>(type: "integer", nullable: false)
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
                    Id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    RootGroupId = table.Column<long>(type: "bigint", nullable: false),
                    NamespaceId = table.Column<long>(type: "bigint", nullable: false),
                    Request = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    State = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    Error = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    CreatedAt = table.Column<long>(type: "bigint", nullable: false),
                    CreatedBy = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    CreatedByKind = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    EndedAt = table.Column<long>(type: "bigint", nullable: true)
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
                    Id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    RootGroupId = table.Column<long>(type: "bigint", nullable: false),
                    Step = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    Start = table.Column<long>(type: "bigint", nullable: false),
                    Provider = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Hits = table.Column<long>(type: "bigint", nullable: false),
                    Misses = table.Column<long>(type: "bigint", nullable: false),
                    Redirected = table.Column<long>(type: "bigint", nullable: false),
                    ServedBytes = table.Column<long>(type: "bigint", nullable: false),
                    FetchedBytes = table.Column<long>(type: "bigint", nullable: false)
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
                    Id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    NamespaceId = table.Column<long>(type: "bigint", nullable: false),
                    Name = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Value = table.Column<byte[]>(type: "bytea", nullable: false),
                    Sensitive = table.Column<bool>(type: "boolean", nullable: false),
                    ChangedAt = table.Column<long>(type: "bigint", nullable: false),
                    ChangedBy = table.Column<string>(type: "text", nullable: false, collation: "C")
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
                    ModulePackageId = table.Column<long>(type: "bigint", nullable: false),
                    Body = table.Column<string>(type: "text", nullable: false, collation: "C")
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
                    Id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    PrincipalId = table.Column<long>(type: "bigint", nullable: false),
                    Name = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Prefix = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Hash = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    CreatedAt = table.Column<long>(type: "bigint", nullable: false),
                    CreatedBy = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    ExpiresAt = table.Column<long>(type: "bigint", nullable: true),
                    LastUsedAt = table.Column<long>(type: "bigint", nullable: true),
                    RevokedAt = table.Column<long>(type: "bigint", nullable: true)
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
                    PrincipalId = table.Column<long>(type: "bigint", nullable: false),
                    ExpiresAt = table.Column<long>(type: "bigint", nullable: false),
                    EndedAt = table.Column<long>(type: "bigint", nullable: true),
                    ReadsProtected = table.Column<bool>(type: "boolean", nullable: false),
                    MadeById = table.Column<long>(type: "bigint", nullable: true)
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
                    Id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    NamespaceId = table.Column<long>(type: "bigint", nullable: false),
                    PrincipalId = table.Column<long>(type: "bigint", nullable: false),
                    Role = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false)
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
                    Id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    Hash = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    PrincipalId = table.Column<long>(type: "bigint", nullable: true),
                    CreatedAt = table.Column<long>(type: "bigint", nullable: false),
                    ExpiresAt = table.Column<long>(type: "bigint", nullable: false)
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
                    PrincipalId = table.Column<long>(type: "bigint", nullable: false),
                    PasswordHash = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    PasswordIsTemporary = table.Column<bool>(type: "boolean", nullable: false),
                    FailedSignIns = table.Column<int>(type: "integer", nullable: false),
                    LockedUntil = table.Column<long>(type: "bigint", nullable: true),
                    IsAdmin = table.Column<bool>(type: "boolean", nullable: false),
                    OidcIssuer = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    OidcSubject = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    OidcGroups = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    LastSignedInAt = table.Column<long>(type: "bigint", nullable: true)
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
                    Id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    PrincipalId = table.Column<long>(type: "bigint", nullable: false),
                    Issuer = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Audience = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Conditions = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    CreatedAt = table.Column<long>(type: "bigint", nullable: false),
                    CreatedBy = table.Column<string>(type: "text", nullable: false, collation: "C")
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
                    Id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    ProviderId = table.Column<long>(type: "bigint", nullable: false),
                    Version = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Platform = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Sha256 = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Fault = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    FoundAt = table.Column<long>(type: "bigint", nullable: false)
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
                    Id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    ProviderId = table.Column<long>(type: "bigint", nullable: false),
                    Digest = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Version = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Platform = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Manifest = table.Column<byte[]>(type: "bytea", nullable: true)
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
                    Id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    ProviderId = table.Column<long>(type: "bigint", nullable: false),
                    Version = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Credential = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    SignedAt = table.Column<long>(type: "bigint", nullable: true),
                    Sha256Sums = table.Column<byte[]>(type: "bytea", nullable: false),
                    Signature = table.Column<byte[]>(type: "bytea", nullable: true),
                    SigningKeys = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Release = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Trust = table.Column<int>(type: "integer", maxLength: 32, nullable: false),
                    KeyFingerprint = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    KeyOwner = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    KeyExpired = table.Column<bool>(type: "boolean", nullable: false),
                    KeyPinned = table.Column<bool>(type: "boolean", nullable: false),
                    VerifiedAt = table.Column<long>(type: "bigint", nullable: false)
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
                    Id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    ProviderId = table.Column<long>(type: "bigint", nullable: false),
                    Version = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Platform = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Reason = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    FailedAt = table.Column<long>(type: "bigint", nullable: false),
                    Until = table.Column<long>(type: "bigint", nullable: false)
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
                    Id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    ProviderId = table.Column<long>(type: "bigint", nullable: false),
                    Fingerprint = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Owner = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    FirstSeenAt = table.Column<long>(type: "bigint", nullable: false),
                    Algorithm = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    ExpiresAt = table.Column<long>(type: "bigint", nullable: true)
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
                    Id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    ProviderId = table.Column<long>(type: "bigint", nullable: false),
                    Version = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    SortKey = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    CreatedAt = table.Column<long>(type: "bigint", nullable: false),
                    CreatedBy = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    CreatedByKind = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    RootGroupId = table.Column<long>(type: "bigint", nullable: false),
                    AddressKey = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Size = table.Column<long>(type: "bigint", nullable: false),
                    LastUsedAt = table.Column<long>(type: "bigint", nullable: true),
                    PlatformCount = table.Column<int>(type: "integer", nullable: false),
                    Trust = table.Column<int>(type: "integer", maxLength: 32, nullable: true)
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
                    Id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    RootGroupId = table.Column<long>(type: "bigint", nullable: false),
                    Hostname = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Namespace = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    TargetId = table.Column<long>(type: "bigint", nullable: false),
                    CreatedAt = table.Column<long>(type: "bigint", nullable: false),
                    CreatedBy = table.Column<string>(type: "text", nullable: false, collation: "C")
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
                    Id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    HookId = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    NamespaceId = table.Column<long>(type: "bigint", nullable: false),
                    Name = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    System = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Repository = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Forge = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    TagPrefix = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Subdirectory = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Secret = table.Column<byte[]>(type: "bytea", nullable: false),
                    CreatedAt = table.Column<long>(type: "bigint", nullable: false),
                    CreatedBy = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    LastDeliveryAt = table.Column<long>(type: "bigint", nullable: true),
                    LastTag = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    LastProblem = table.Column<string>(type: "text", nullable: true, collation: "C")
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
                    Id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    NamespaceId = table.Column<long>(type: "bigint", nullable: false),
                    Fingerprint = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    AsciiArmor = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Owner = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    Algorithm = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    State = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    Secret = table.Column<byte[]>(type: "bytea", nullable: true),
                    AddedAt = table.Column<long>(type: "bigint", nullable: false),
                    AddedBy = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    ChangedAt = table.Column<long>(type: "bigint", nullable: true),
                    Reason = table.Column<string>(type: "text", nullable: true, collation: "C")
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
                    Id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    TaskId = table.Column<long>(type: "bigint", nullable: false),
                    Provider = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Version = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Platform = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    State = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    Error = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    Size = table.Column<long>(type: "bigint", nullable: false)
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
                    Id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    JobId = table.Column<long>(type: "bigint", nullable: false),
                    Provider = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Version = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Outcome = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    Reason = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    At = table.Column<long>(type: "bigint", nullable: false)
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
                    Id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    VersionId = table.Column<long>(type: "bigint", nullable: false),
                    Os = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Arch = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Sha256 = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    ContentHash = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    ArchiveProblem = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    Size = table.Column<long>(type: "bigint", nullable: false),
                    Trust = table.Column<int>(type: "integer", maxLength: 32, nullable: false),
                    Credential = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    CachedAt = table.Column<long>(type: "bigint", nullable: false),
                    CachedBy = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    CachedByKind = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    LastUsedAt = table.Column<long>(type: "bigint", nullable: true),
                    Downloads = table.Column<long>(type: "bigint", nullable: false)
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
                    Id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    SourceId = table.Column<long>(type: "bigint", nullable: false),
                    Tag = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    ReceivedAt = table.Column<long>(type: "bigint", nullable: false)
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
                name: "IX_ModulePackages_RootGroupId_Hostname_Namespace_Name_System_V~",
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
