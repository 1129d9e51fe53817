using Microsoft.EntityFrameworkCore;
using Seckill.Core.Accounts;
using Seckill.Core.Catalog;
using Seckill.Core.Sales;

namespace Seckill.Core.Persistence;

/// <summary>Something to look at: accounts, products and sales for a developer's empty database.</summary>
internal sealed class DemoData(IDbContextFactory<SeckillDbContext> contexts, UserAccounts accounts, Passwords passwords, IdGenerator ids, StoreClock clock)
{
    public const string Password = "flash-sale-demo";

    private static readonly string[] FirstNames = ["Fang", "Wei", "Jing", "Min", "Lei", "Yan", "Tao", "Na", "Bo", "Xin"];
    private static readonly string[] LastNames = ["Wang", "Li", "Zhang", "Liu", "Chen", "Yang", "Zhao", "Huang", "Zhou", "Wu"];

    public async Task SeedAsync(CancellationToken cancellationToken)
    {
        var crowd = await AddShoppersAsync(cancellationToken);
        await OpenAsync("admin", "Ada", "Admin", UserRole.Admin, cancellationToken);
        var seller = await OpenAsync("seller", "Sam", "Seller", UserRole.Seller, cancellationToken);
        var shopper = await OpenAsync("shopper", "Xiaomei", "Shopper", UserRole.Shopper, cancellationToken);

        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var now = clock.UtcNow;

        // A list shows the newest first, so the sale that is open now comes last.
        var backpack = Add(db, seller, now, "通勤双肩包 · Harbor Backpack", "backpack", 459_00,
            "防泼水面料，16 英寸电脑仓，侧袋可放水壶。\nWater-repellent, with room for a 16-inch laptop and a bottle at the side.");
        var keyboard = Add(db, seller, now, "机械键盘 · Tactile 75 Keyboard", "keyboard", 699_00,
            "75% 配列，热插拔轴体，静音棉结构，蓝牙与有线双模。\nA 75% board with hot-swappable switches, damped for the office, wired or by Bluetooth.");
        var lamp = Add(db, seller, now, "护眼台灯 · Dawn Lamp", "lamp", 329_00,
            "无频闪，随日光变化色温，一触即亮。\nFlicker-free light that follows the colour of the day, on at a touch.");
        var watch = Add(db, seller, now, "运动手表 · Meridian Watch", "watch", 1_299_00,
            "双频定位，续航两周，支持心率与血氧。\nDual-band positioning, two weeks on a charge, heart rate and blood oxygen.");
        var camera = Add(db, seller, now, "复古微单相机 · Iris Camera", "camera", 5_999_00,
            "2600 万像素，机身防抖，经典转盘。库存极少，先到先得。\n26 megapixels, a steady body and dials to turn. Very few of them: be quick.");
        var kettle = Add(db, seller, now, "手冲电热水壶 · Heron Kettle", "kettle", 399_00,
            "细长壶嘴，一度一度地控温，为一杯好咖啡。\nA slender spout and a temperature set to the degree, for a good cup of coffee.");
        var sneakers = Add(db, seller, now, "轻量跑鞋 · Cloudline Sneakers", "sneakers", 799_00,
            "单只仅 210 克，回弹中底，透气鞋面。\n210 grams a shoe, a springy midsole and an upper that breathes.");
        var headphones = Add(db, seller, now, "蓝牙降噪耳机 · Aurora Headphones", "headphones", 999_00,
            "主动降噪，40 小时续航，双设备连接。每人限购两件。\nActive noise cancelling, 40 hours on a charge, two devices at once. Two per shopper.");

        Limit(db, headphones, 2);
        Limit(db, sneakers, 2);
        Limit(db, lamp, 2);
        db.VipPurchaseLimits.Add(new() { VipPurchaseLimitId = ids.Next(), ProductId = headphones.ProductId, UserId = shopper, Remaining = 5 });

        Sell(db, headphones, now, 499_00, 100, opens: TimeSpan.Zero, ends: TimeSpan.FromHours(2));
        Sell(db, sneakers, now, 299_00, 50, opens: TimeSpan.FromMinutes(1), ends: TimeSpan.FromHours(2));
        Sell(db, camera, now, 2_999_00, 3, opens: TimeSpan.Zero, ends: TimeSpan.FromHours(2));
        Sell(db, kettle, now, 199_00, 200, opens: TimeSpan.FromDays(1), ends: TimeSpan.FromDays(1) + TimeSpan.FromHours(2));
        Sell(db, watch, now, 899_00, 80, opens: TimeSpan.FromDays(3), ends: TimeSpan.FromDays(4));
        Limit(db, keyboard, 2);
        new DemoSale(db, ids, keyboard, now, DemoPlan.Running(now)).Add(crowd);
        new DemoSale(db, ids, lamp, now, DemoPlan.Over(now)).Add(crowd);
        Limit(db, backpack, 3);
        db.SellerApplications.Add(new()
        {
            ApplicationId = ids.Next(),
            UserId = crowd[^1].UserId,
            Message = "我们在景德镇烧制茶具，想在这里做限量发售。\nWe fire tea ware in Jingdezhen and would like to sell small editions here.",
            Status = ApplicationStatus.Pending,
            CreatedAt = now.AddHours(-3),
            UpdatedAt = now.AddHours(-3),
        });

        await db.SaveChangesAsync(cancellationToken);
    }

    private async Task<long> OpenAsync(string userName, string firstName, string lastName, UserRole role, CancellationToken cancellationToken)
    {
        var result = await accounts.OpenAsync(new(userName, Password, firstName, lastName), role, cancellationToken);

        // The configured first admin may have taken one of the names; then it is theirs.
        return result.User?.UserId ?? ids.Next();
    }

    // One hash for all: making one is slow on purpose, and they are many.
    private async Task<List<User>> AddShoppersAsync(CancellationToken cancellationToken)
    {
        var (hash, joined) = (await passwords.HashAsync(Password, cancellationToken), clock.UtcNow.AddDays(-30));
        var users = FirstNames.SelectMany(first => LastNames, (first, last) => new User
        {
            UserId = ids.Next(),
            UserName = $"{first}.{last}".ToLowerInvariant(),
            NormalizedUserName = AccountRules.Normalize($"{first}.{last}"),
            PasswordHash = hash,
            FirstName = first,
            LastName = last,
            CreatedAt = joined,
            UpdatedAt = joined,
        }).ToList();

        // In no order that one could see, and always in the same.
        List<User> mixed = [.. users.Select((user, i) => (user, Place: i * 37 % 101)).OrderBy(pair => pair.Place).Select(pair => pair.user)];
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        db.Users.AddRange(mixed);
        await db.SaveChangesAsync(cancellationToken);
        return mixed;
    }

    private Product Add(SeckillDbContext db, long sellerId, DateTime now, string name, string picture, long priceCents, string description)
    {
        var product = new Product
        {
            ProductId = ids.Next(),
            Name = name,
            Description = description,
            PriceCents = priceCents,
            ImageUrl = $"/demo/{picture}.svg",
            SellerId = sellerId,
            CreatedAt = now,
            UpdatedAt = now,
        };
        db.Products.Add(product);
        return product;
    }

    private void Limit(SeckillDbContext db, Product product, int quantity) =>
        db.PurchaseLimits.Add(new() { PurchaseLimitId = ids.Next(), ProductId = product.ProductId, Quantity = quantity });

    private void Sell(SeckillDbContext db, Product product, DateTime now, long priceCents, int units, TimeSpan opens, TimeSpan ends)
    {
        var sale = new FlashSale
        {
            SaleId = ids.Next(),
            ProductId = product.ProductId,
            SellerId = product.SellerId,
            PriceCents = priceCents,
            OpensAt = now + opens,
            EndsAt = now + ends,
            Units = units,
            PaymentWindow = TimeSpan.FromMinutes(15),
            State = SaleState.Open,
            CreatedAt = now,
            UpdatedAt = now,
        };
        db.FlashSales.Add(sale);
        db.Stocks.Add(new() { StockId = ids.Next(), SaleId = sale.SaleId, SeckillStock = units });
    }
}
