using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Mirror.Core.Catalog.Migrations
{
    /// <inheritdoc />
    public partial class IndexAudit : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateIndex(
                name: "IX_Audit_Principal_Id",
                table: "Audit",
                columns: new[] { "Principal", "Id" });

            migrationBuilder.CreateIndex(
                name: "IX_Audit_Provider_Id",
                table: "Audit",
                columns: new[] { "Provider", "Id" });

            migrationBuilder.CreateIndex(
                name: "IX_Audit_RootGroupId_Id",
                table: "Audit",
                columns: new[] { "RootGroupId", "Id" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "IX_Audit_Principal_Id",
                table: "Audit");

            migrationBuilder.DropIndex(
                name: "IX_Audit_Provider_Id",
                table: "Audit");

            migrationBuilder.DropIndex(
                name: "IX_Audit_RootGroupId_Id",
                table: "Audit");
        }
    }
}
