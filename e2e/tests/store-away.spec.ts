import { Api } from '../api.ts';
import { expect, test, Visitor } from '../fixtures.ts';
import { OwnShop } from '../own-shop.ts';
import { newSeller, register, Shop } from '../shop.ts';

// What these pages hear are refusals with 503, which the other tests' browsers must never hear.
test.skip(Boolean(process.env['BASE_URL']), 'The store of a shop that somebody uses is not killed.');

test('while the store is away the page says so, and recovers by itself', { tag: '@desktop' }, async ({ browser, playwright, words }) => {
  test.slow();
  const own = await OwnShop.start();
  const http = await playwright.request.newContext({ baseURL: own.url });
  const context = await browser.newContext({ baseURL: own.url });
  try {
    const api = new Api(http);
    const shop = new Shop(api, await newSeller(api));
    const sale = await shop.newSale({ units: 4 });
    const watching = new Visitor(await context.newPage(), words);
    await watching.product.open(sale);
    await expect(watching.product.sale).toContainText(words.left(4, 4));

    const shopper = new Visitor(await context.newPage(), words);
    await shopper.signIn.as(await register(api, 'shopper'));
    await shopper.product.open(sale);
    await expect(shopper.product.grab).toBeEnabled();

    await own.killRedis();
    await shopper.product.grab.click();
    await expect(shopper.product.outcome).toContainText(words.tryingAgain);

    own.startRedis();
    await expect(shopper.order.heading, 'the grab goes on by itself').toBeVisible({ timeout: 30_000 });
    await expect(watching.product.sale, 'and so does a page on which nobody clicked').toContainText(words.left(3, 4));
    await expect.poll(() => shop.account(sale)).toMatchObject({ left: 3, awaitingPayment: 1, difference: 0 });
  } finally {
    await context.close();
    await http.dispose();
    await own.stop();
  }
});

test(
  'who is told to come again later comes later, and not with everybody else',
  { tag: '@desktop' },
  async ({ browser, person, session, shop, words, baseURL }) => {
    const context = await browser.newContext({ ...(baseURL && { baseURL }) });
    await context.addCookies(await session(person));
    const page = await context.newPage();
    // The longest pause of all that chance may choose.
    await page.addInitScript(() => {
      Math.random = () => 0.999_999;
    });
    await page.clock.install();
    const { product, order } = new Visitor(page, words);
    const sale = await shop.newSale({ units: 2 });
    await product.open(sale);
    await expect(product.grab).toBeEnabled();

    let tries = 0;
    await page.route('**/api/seckill', async route => {
      tries++;
      if (tries > 2) return route.continue();
      return route.fulfill({ status: 503, headers: { 'Retry-After': '3' }, json: { code: 50300, message: '', data: null } });
    });
    await page.clock.pauseAt(new Date(Date.now() + 60_000));
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
    await context.close();
  },
);
