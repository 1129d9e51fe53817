using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Seckill.Core.Accounts;

namespace Seckill.Core.Persistence;

internal sealed class UserConfiguration : IEntityTypeConfiguration<User>
{
    public void Configure(EntityTypeBuilder<User> builder)
    {
        builder.HasIndex(u => u.UserId).IsUnique();
        builder.HasIndex(u => u.NormalizedUserName).IsUnique();

        // Every node asks for these once a second; there are few of them.
        builder.HasIndex(u => u.UserId, "IX_Users_Suspended").HasFilter("Suspended = 1");
        builder.Property(u => u.UserName).HasMaxLength(AccountRules.MaxUserName);
        builder.Property(u => u.NormalizedUserName).HasMaxLength(AccountRules.MaxUserName);
        builder.Property(u => u.PasswordHash).HasMaxLength(AccountRules.MaxPasswordHash);
        builder.Property(u => u.FirstName).HasMaxLength(AccountRules.MaxName);
        builder.Property(u => u.LastName).HasMaxLength(AccountRules.MaxName);
    }
}

internal sealed class SellerApplicationConfiguration : IEntityTypeConfiguration<SellerApplication>
{
    public void Configure(EntityTypeBuilder<SellerApplication> builder)
    {
        builder.HasIndex(a => a.ApplicationId).IsUnique();
        builder.HasIndex(a => a.UserId);
        builder.HasIndex(a => a.UserId, "IX_SellerApplications_Pending").IsUnique().HasFilter("Status = 'Pending'");
        builder.Property(a => a.Message).HasMaxLength(AccountRules.MaxMessage);
    }
}
