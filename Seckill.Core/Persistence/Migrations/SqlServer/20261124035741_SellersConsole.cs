using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Seckill.Core.Persistence.Migrations.SqlServer
{
    /// <inheritdoc />
    public partial class SellersConsole : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            // What was counted before reasons were stays counted.
            migrationBuilder.RenameColumn(
                name: "Refused",
                table: "SaleSamples",
                newName: "RefusedOther");

            migrationBuilder.RenameColumn(
                name: "SaleId",
                table: "AuditEntries",
                newName: "SubjectId");

            migrationBuilder.RenameIndex(
                name: "IX_AuditEntries_SaleId_At",
                table: "AuditEntries",
                newName: "IX_AuditEntries_SubjectId_At");

            migrationBuilder.AddColumn<long>(
                name: "RefusedEnded",
                table: "SaleSamples",
                type: "bigint",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.AddColumn<long>(
                name: "RefusedNotStarted",
                table: "SaleSamples",
                type: "bigint",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.AddColumn<long>(
                name: "RefusedNotTaken",
                table: "SaleSamples",
                type: "bigint",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.AddColumn<long>(
                name: "RefusedTooMany",
                table: "SaleSamples",
                type: "bigint",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.AddColumn<long>(
                name: "RefusedOverLimit",
                table: "SaleSamples",
                type: "bigint",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.AddColumn<long>(
                name: "RefusedPaused",
                table: "SaleSamples",
                type: "bigint",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.AddColumn<long>(
                name: "RefusedSoldOut",
                table: "SaleSamples",
                type: "bigint",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.AddColumn<int>(
                name: "Watchers",
                table: "SaleSamples",
                type: "int",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<bool>(
                name: "Archived",
                table: "Products",
                type: "bit",
                nullable: false,
                defaultValue: false);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "RefusedEnded",
                table: "SaleSamples");

            migrationBuilder.DropColumn(
                name: "RefusedNotStarted",
                table: "SaleSamples");

            migrationBuilder.DropColumn(
                name: "RefusedNotTaken",
                table: "SaleSamples");

            migrationBuilder.DropColumn(
                name: "RefusedTooMany",
                table: "SaleSamples");

            migrationBuilder.DropColumn(
                name: "RefusedOverLimit",
                table: "SaleSamples");

            migrationBuilder.DropColumn(
                name: "RefusedPaused",
                table: "SaleSamples");

            migrationBuilder.DropColumn(
                name: "RefusedSoldOut",
                table: "SaleSamples");

            migrationBuilder.DropColumn(
                name: "Watchers",
                table: "SaleSamples");

            migrationBuilder.DropColumn(
                name: "Archived",
                table: "Products");

            migrationBuilder.RenameColumn(
                name: "RefusedOther",
                table: "SaleSamples",
                newName: "Refused");

            migrationBuilder.RenameColumn(
                name: "SubjectId",
                table: "AuditEntries",
                newName: "SaleId");

            migrationBuilder.RenameIndex(
                name: "IX_AuditEntries_SubjectId_At",
                table: "AuditEntries",
                newName: "IX_AuditEntries_SaleId_At");
        }
    }
}
