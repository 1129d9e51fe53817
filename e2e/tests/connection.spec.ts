import { expect, test } from '../fixtures.ts';
import { goOffline, hold, LiveLine, loseAnswer, slowDown } from '../network.ts';

test('who is offline keeps the grab, and it goes through when the connection is back', async ({
  shopper,
  person,
  shop,
  context,
  words,
  forgive,
}) => {
  forgive(/ERR_INTERNET_DISCONNECTED/);
  const { product, order } = shopper;
  const sale = await shop.newSale({ units: 5, limit: 5 });
  await product.openLive(sale);
  await goOffline(context);
  await product.grab.click();
  await expect(product.outcome).toContainText(words.offline);
  await expect(product.button).toBeDisabled();
  expect(await shop.orders(person, sale)).toHaveLength(0);

  await context.setOffline(false);
  await expect(order.heading).toBeVisible({ timeout: 20_000 });
  expect(await shop.orders(person, sale)).toHaveLength(1);
});

test(
  'who is offline still sees the countdown, and the sale opens',
  { tag: '@desktop' },
  async ({ shopper, shop, context, page, forgive }) => {
    forgive(/ERR_INTERNET_DISCONNECTED/);
    const { product, order } = shopper;
    const sale = await shop.newSale({ opensIn: 50 });
    await product.open(sale);
    await expect(product.button).toContainText(/0:\d\d/);
    await shop.opensIn(sale, 4);
    await expect(product.button).toContainText(/0:0\d/);
    await goOffline(context);
    await expect(product.grab, 'opening needs no message').toBeEnabled();
    await context.setOffline(false);
    await product.grab.click();
    await expect(order.heading).toBeVisible({ timeout: 20_000 });
    await expect(page).toHaveURL(/\/orders\//);
  },
);

test(
  'when the answer to a grab is lost on the way, it is asked for again and nothing is taken twice',
  { tag: '@desktop' },
  async ({ shopper, person, shop, page, forgive }) => {
    forgive(/ERR_FAILED/);
    const { product, order } = shopper;
    const sale = await shop.newSale({ units: 5, limit: 5 });
    await product.openLive(sale);
    await loseAnswer(page, '**/api/seckill');
    await product.grab.click();
    await expect(order.heading).toBeVisible();
    expect(await shop.orders(person, sale)).toHaveLength(1);
    expect(await shop.account(sale)).toMatchObject({ left: 4, awaitingPayment: 1 });
  },
);

test(
  'a page whose live line is cut says so, and knows everything again when it is back',
  { tag: '@desktop' },
  async ({ shopper, shop, page, words, forgive }) => {
    forgive(/WebSocket/);
    const { product, order } = shopper;
    const sale = await shop.newSale();
    const line = await LiveLine.of(page);
    await product.openLive(sale);
    await line.cut();
    await expect(product.offline).toBeVisible();
    await shop.pause(sale, 'One moment.');
    line.mend();
    await expect(product.sentence).toContainText(words.phase.paused, { timeout: 20_000 });
    await expect(product.offline).toBeHidden();
    await shop.resume(sale);
    await product.grab.click();
    await expect(order.heading).toBeVisible();
  },
);

test(
  'on a slow line a shopper gets from the list to the paid order',
  { tag: '@desktop' },
  async ({ shopper, person, shop, page, words }) => {
    const { products, product, order, pay } = shopper;
    const sale = await shop.newSale();
    await products.openAt(sale.name);
    await slowDown(page);
    await products.link(sale.name).click();
    await product.grab.dblclick();
    await expect(order.heading).toBeVisible();
    await order.pay.click();
    await pay.confirm.click();
    await expect(order.state).toContainText(words.state.paid);
    expect(await shop.orders(person, sale)).toHaveLength(1);
  },
);

test('before its script has arrived a page is right already, and the grab works', async ({ shopper, person, shop, page, words }) => {
  const { product, order } = shopper;
  const sale = await shop.newSale({ units: 5, limit: 5 });
  const script = await hold(page, /\/sale(\.\w+)?\.js/);
  await product.open(sale);
  await script.asked;
  await expect(product.sentence).toContainText(words.phase.open);
  await expect(product.sale).toContainText(words.left(5, 5));
  await product.grab.click();
  await expect(order.heading).toBeVisible();
  script.letGo();
  expect(await shop.orders(person, sale)).toHaveLength(1);
});

test('what the script of a sale is made of is asked for at once, and once', { tag: '@desktop' }, async ({ shopper, shop, page }) => {
  const modules = ['clock', 'countdown', 'grab', 'hub', 'sale', 'texts', 'times'].map(module => `/${module}.js`);
  const sale = await shop.newSale();
  const asked: string[] = [];
  page.on('request', request => {
    const { pathname } = new URL(request.url());
    if (modules.includes(pathname)) asked.push(pathname);
  });
  const script = await hold(page, /\/site(\.\w+)?\.js/);
  await page.goto(`/products/${sale.productId}`, { waitUntil: 'commit' });
  await expect.poll(() => asked.toSorted(), 'before the script that wants them').toEqual(modules);
  script.letGo();
  await expect(shopper.product.button).toHaveAttribute('aria-busy', 'false');
  expect(asked.toSorted()).toEqual(modules);
});
