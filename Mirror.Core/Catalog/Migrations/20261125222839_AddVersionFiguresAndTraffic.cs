using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Mirror.Core.Catalog.Migrations
{
    /// <inheritdoc />
    public partial class AddVersionFiguresAndTraffic : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "AddressKey",
                table: "Versions",
                type: "TEXT",
                nullable: false,
                defaultValue: "");

            migrationBuilder.AddColumn<long>(
                name: "LastUsedAt",
                table: "Versions",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "RootGroupId",
                table: "Versions",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.AddColumn<long>(
                name: "Size",
                table: "Versions",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.CreateTable(
                name: "StorageSamples",
                columns: table => new
                {
                    Id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    RootGroupId = table.Column<long>(type: "INTEGER", nullable: false),
                    Day = table.Column<long>(type: "INTEGER", nullable: false),
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
                name: "Traffic",
                columns: table => new
                {
                    Id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    RootGroupId = table.Column<long>(type: "INTEGER", nullable: false),
                    Day = table.Column<long>(type: "INTEGER", nullable: false),
                    Provider = table.Column<string>(type: "TEXT", nullable: false),
                    Hits = table.Column<long>(type: "INTEGER", nullable: false),
                    Misses = table.Column<long>(type: "INTEGER", nullable: false),
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

            migrationBuilder.Sql(VersionFigures.Fill);
            migrationBuilder.Sql(VersionFigures.CreateTriggers);

            migrationBuilder.CreateIndex(
                name: "IX_Versions_List",
                table: "Versions",
                columns: new[] { "RootGroupId", "AddressKey", "SortKey", "Version", "CreatedAt", "LastUsedAt", "Size" },
                descending: new[] { false, false, true, false, false, false, false });

            migrationBuilder.CreateIndex(
                name: "IX_Versions_RootGroupId_CreatedAt",
                table: "Versions",
                columns: new[] { "RootGroupId", "CreatedAt" });

            migrationBuilder.CreateIndex(
                name: "IX_Versions_RootGroupId_LastUsedAt",
                table: "Versions",
                columns: new[] { "RootGroupId", "LastUsedAt" });

            migrationBuilder.CreateIndex(
                name: "IX_Versions_RootGroupId_Size",
                table: "Versions",
                columns: new[] { "RootGroupId", "Size" });

            migrationBuilder.CreateIndex(
                name: "IX_Versions_RootGroupId_SortKey",
                table: "Versions",
                columns: new[] { "RootGroupId", "SortKey" });

            migrationBuilder.CreateIndex(
                name: "IX_Packages_Protected",
                table: "Packages",
                column: "VersionId",
                filter: "\"Credential\" <> 'none'");

            migrationBuilder.CreateIndex(
                name: "IX_StorageSamples_RootGroupId_Day",
                table: "StorageSamples",
                columns: new[] { "RootGroupId", "Day" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_Traffic_Day",
                table: "Traffic",
                column: "Day");

            migrationBuilder.CreateIndex(
                name: "IX_Traffic_RootGroupId_Day_Provider",
                table: "Traffic",
                columns: new[] { "RootGroupId", "Day", "Provider" },
                unique: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql(VersionFigures.DropTriggers);

            migrationBuilder.DropTable(
                name: "StorageSamples");

            migrationBuilder.DropTable(
                name: "Traffic");

            migrationBuilder.DropIndex(
                name: "IX_Versions_List",
                table: "Versions");

            migrationBuilder.DropIndex(
                name: "IX_Versions_RootGroupId_CreatedAt",
                table: "Versions");

            migrationBuilder.DropIndex(
                name: "IX_Versions_RootGroupId_LastUsedAt",
                table: "Versions");

            migrationBuilder.DropIndex(
                name: "IX_Versions_RootGroupId_Size",
                table: "Versions");

            migrationBuilder.DropIndex(
                name: "IX_Versions_RootGroupId_SortKey",
                table: "Versions");

            migrationBuilder.DropIndex(
                name: "IX_Packages_Protected",
                table: "Packages");

            migrationBuilder.DropColumn(
                name: "AddressKey",
                table: "Versions");

            migrationBuilder.DropColumn(
                name: "LastUsedAt",
                table: "Versions");

            migrationBuilder.DropColumn(
                name: "RootGroupId",
                table: "Versions");

            migrationBuilder.DropColumn(
                name: "Size",
                table: "Versions");
        }
    }
}
