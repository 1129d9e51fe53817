using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Seckill.Core.Persistence.Migrations.SqlServer
{
    /// <inheritdoc />
    public partial class RefusedTickets : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateIndex(
                name: "IX_SeckillRecords_Refused",
                table: "SeckillRecords",
                column: "Id",
                filter: "Status = 'Refused'");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "IX_SeckillRecords_Refused",
                table: "SeckillRecords");
        }
    }
}
