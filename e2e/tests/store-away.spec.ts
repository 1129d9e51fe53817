import { expect, test as base } from '../fixtures.ts';
import { Redis } from '../redis.ts';

const test = base.extend<{ redis: Redis }>({
  redis: async ({}, use) => {
    const redis = await Redis.open();
    await use(redis);
    await redis.close();
  },
});

test(
  'while the store is away the page says so, and recovers by itself',
  { tag: '@desktop' },
  async ({ redis, ownShop, words, forgive }) => {
    test.slow();
    // What the pages hear meanwhile.
    forgive(/^503: /);
    const { shop, visitor } = await ownShop({ ConnectionStrings__Redis: redis.connectionString });
    const sale = await shop.newSale({ units: 4 });
    const watching = await visitor();
    await watching.product.open(sale);
    await expect(watching.product.sale).toContainText(words.left(4, 4));

    const shopper = await visitor(await shop.newShopper());
    await shopper.product.openLive(sale);
    await redis.kill();
    await shopper.product.grab.click();
    await expect(shopper.product.outcome).toContainText(words.tryingAgain);

    await redis.start();
    await expect(shopper.order.heading, 'the grab goes on by itself').toBeVisible({ timeout: 30_000 });
    await expect(watching.product.sale, 'and so does a page on which nobody clicked').toContainText(words.left(3, 4));
    await expect.poll(() => shop.account(sale)).toMatchObject({ left: 3, awaitingPayment: 1, difference: 0 });
  },
);

test(
  'who does not hear what came of their grab hears in the end that nothing was taken, and grabs again',
  { tag: '@desktop' },
  async ({ redis, ownShop, words, forgive }) => {
    test.slow();
    forgive(/^503: /);
    const { shop, visitor } = await ownShop({ ConnectionStrings__Redis: redis.connectionString });
    const sale = await shop.newSale({ units: 4 });
    const { product, order } = await visitor(await shop.newShopper());
    await product.openLive(sale);

    redis.freeze();
    await product.grab.click();
    await expect(product.outcome).toContainText(words.askingAgain);
    await redis.kill();
    await redis.start();
    await expect(product.outcome, 'the last word').toHaveText(words.notConfirmed, { timeout: 30_000 });

    await product.grab.click();
    await expect(order.heading).toBeVisible({ timeout: 30_000 });
    await expect.poll(() => shop.account(sale)).toMatchObject({ left: 3, awaitingPayment: 1, difference: 0 });
  },
);

test(
  'who is told to come again later comes later, and not with everybody else',
  { tag: '@desktop' },
  async ({ shopper, page, shop, words, forgive }) => {
    forgive(/^503: /);
    const { product, order } = shopper;
    // The longest pause of all that chance may choose.
    await page.addInitScript(() => {
      Math.random = () => 0.999_999;
    });
    await page.clock.install();
    const sale = await shop.newSale({ units: 2 });
    await product.open(sale);
    await expect(product.grab).toBeEnabled();

    let tries = 0;
    await page.route('**/api/seckill', async route => {
      tries++;
      if (tries > 2) return route.continue();
      return route.fulfill({ status: 503, headers: { 'Retry-After': '3' }, json: { code: 50300, message: '', data: null } });
    });
    await page.clock.pauseAt(new Date(Date.now() + 10_000));
    await product.grab.click();
    await expect(product.outcome).toContainText(words.tryingAgain);
    await page.clock.runFor(3_500);
    expect(tries, 'three seconds as told, and a part of a second of its own').toBe(1);
    await page.clock.runFor(500);
    await expect.poll(() => tries).toBe(2);

    // The second pause of its own is longer.
    await expect(product.outcome).toContainText(words.tryingAgain);
    await page.clock.runFor(4_500);
    expect(tries).toBe(2);
    await page.clock.resume();
    await expect(order.heading).toBeVisible();
  },
);
