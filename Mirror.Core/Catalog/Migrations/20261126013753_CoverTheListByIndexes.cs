using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Mirror.Core.Catalog.Migrations
{
    /// <inheritdoc />
    public partial class CoverTheListByIndexes : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
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

            migrationBuilder.CreateIndex(
                name: "IX_Versions_List",
                table: "Versions",
                columns: new[] { "RootGroupId", "AddressKey", "SortKey", "ProviderId", "Version", "CreatedAt", "LastUsedAt", "Size" },
                descending: new[] { false, false, true, false, false, false, false, false });

            migrationBuilder.CreateIndex(
                name: "IX_Versions_RootGroupId_CreatedAt_ProviderId_Version",
                table: "Versions",
                columns: new[] { "RootGroupId", "CreatedAt", "ProviderId", "Version" });

            migrationBuilder.CreateIndex(
                name: "IX_Versions_RootGroupId_LastUsedAt_ProviderId_Version",
                table: "Versions",
                columns: new[] { "RootGroupId", "LastUsedAt", "ProviderId", "Version" });

            migrationBuilder.CreateIndex(
                name: "IX_Versions_RootGroupId_Size_ProviderId_Version",
                table: "Versions",
                columns: new[] { "RootGroupId", "Size", "ProviderId", "Version" });

            migrationBuilder.CreateIndex(
                name: "IX_Versions_RootGroupId_SortKey_ProviderId_Version",
                table: "Versions",
                columns: new[] { "RootGroupId", "SortKey", "ProviderId", "Version" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "IX_Versions_List",
                table: "Versions");

            migrationBuilder.DropIndex(
                name: "IX_Versions_RootGroupId_CreatedAt_ProviderId_Version",
                table: "Versions");

            migrationBuilder.DropIndex(
                name: "IX_Versions_RootGroupId_LastUsedAt_ProviderId_Version",
                table: "Versions");

            migrationBuilder.DropIndex(
                name: "IX_Versions_RootGroupId_Size_ProviderId_Version",
                table: "Versions");

            migrationBuilder.DropIndex(
                name: "IX_Versions_RootGroupId_SortKey_ProviderId_Version",
                table: "Versions");

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
        }
    }
}
