using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Seckill.Core.Persistence;

internal sealed class HouseConfiguration : IEntityTypeConfiguration<House>
{
    public void Configure(EntityTypeBuilder<House> builder)
    {
        builder.Property(h => h.Id).ValueGeneratedNever();
        builder.Property(h => h.StoreRunId).HasMaxLength(64);

        // The row comes with the schema, so that two processes starting together need not race to make it.
        builder.HasData(new House { Id = House.TheOne });
    }
}
