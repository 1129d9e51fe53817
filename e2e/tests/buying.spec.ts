import { expect, test, Visitor } from '../fixtures.ts';
import { hold } from '../network.ts';
import { unique } from '../shop.ts';

test('a shopper registers, waits for the countdown, grabs, pays and sees the order paid', async ({ visitor, shop, words, page }) => {
  const { product, order, pay, register, signIn } = visitor;
  const sale = await shop.newSale({ opensIn: 50 });
  await product.open(sale);
  await product.signInToGrab.click();
  await signIn.toRegister.click();
  await register.fill(`shopper-${unique()}`, 'a long enough password');

  await expect(page).toHaveURL(`/products/${sale.productId}`);
  await expect(product.sentence).toContainText(words.phase.upcoming);
  await expect(product.button).toBeDisabled();
  await expect(product.button).toContainText(/0:\d\d/);

  await shop.opensIn(sale, 3);
  await expect(product.button).toContainText(/0:0\d/);
  await expect(product.grab, 'the sale opens by itself').toBeEnabled();
  expect(await shop.phase(sale)).toBe('open');
  await product.grab.click();

  await expect(order.heading).toBeVisible();
  await expect(order.state).toContainText(words.state.pendingPayment);
  await order.pay.click();
  await pay.confirm.click();

  await expect(order.state).toContainText(words.state.paid);
  await expect(order.pay).toBeHidden();
  await expect.poll(() => shop.account(sale)).toMatchObject({ left: 4, awaitingPayment: 0, paid: 1, difference: 0 });
});

test('a double click is one grab', async ({ shopper, person, shop, page }) => {
  const { product, order } = shopper;
  const sale = await shop.newSale({ units: 5, limit: 5 });
  await product.openLive(sale);
  const grab = await hold(page, '**/api/seckill');
  await product.grab.dblclick();
  grab.letGo();

  await expect(order.heading).toBeVisible();
  expect(await shop.orders(person, sale)).toHaveLength(1);
  expect(await shop.account(sale)).toMatchObject({ left: 4, awaitingPayment: 1 });
});

test(
  'the second click of a double click falls on the page that was clicked, however fast the order is there',
  { tag: '@desktop' },
  async ({ shopper, person, shop, page, words }) => {
    const { product, order } = shopper;
    const sale = await shop.newSale({ units: 5, limit: 5 });
    await page.clock.install();
    await product.openLive(sale);
    const status = await hold(page, '**/api/seckill/*');
    await page.clock.pauseAt(new Date(Date.now() + 2_000));
    await product.grab.click();
    await status.asked;
    await expect.poll(() => shop.orders(person, sale)).toHaveLength(1);
    status.letGo();
    await expect(product.outcome).toContainText(words.orderCreated);

    let left = false;
    page.on('request', request => (left ||= request.isNavigationRequest()));
    await page.clock.runFor(250);
    // The mouse is still where it was.
    await page.mouse.down({ clickCount: 2 });
    await page.mouse.up({ clickCount: 2 });
    // Whatever the page has asked for before this, it has asked for by now.
    await page.evaluate(() => fetch('/health/live').then(answer => answer.ok));
    expect(left, 'the page is still there').toBe(false);
    await page.clock.runFor(50);
    await expect(order.heading).toBeVisible();
    expect(await shop.account(sale)).toMatchObject({ left: 4, awaitingPayment: 1 });
  },
);

test('a shopper takes several units within the limit', async ({ shopper, person, shop }) => {
  const { product, order } = shopper;
  const sale = await shop.newSale({ units: 5, limit: 3 });
  await product.open(sale);
  await product.oneMore.click();
  await product.oneMore.click();
  await expect(product.quantity).toHaveValue('3');
  await expect(product.oneMore).toBeDisabled();
  await product.grab.click();

  await expect(order.heading).toBeVisible();
  expect(await shop.orders(person, sale)).toMatchObject([{ quantity: 3 }]);
});

test('a number typed by hand stays within the limit', { tag: '@desktop' }, async ({ shopper, person, shop }) => {
  const { product, order } = shopper;
  const sale = await shop.newSale({ units: 9, limit: 3 });
  await product.openLive(sale);
  for (const [typed, taken] of [
    ['0', '1'],
    ['99', '3'],
    ['', '1'],
    ['2', '2'],
  ] as const) {
    await product.quantity.fill(typed);
    await product.quantity.press('Tab');
    await expect(product.quantity).toHaveValue(taken);
  }
  await product.quantity.fill('99');
  await product.quantity.press('Enter');
  await expect(order.heading).toBeVisible();
  expect(await shop.orders(person, sale)).toMatchObject([{ quantity: 3 }]);
});

test('who has a quota of their own may have more than the limit', async ({ shopper, person, shop, words }) => {
  const { product, order } = shopper;
  const sale = await shop.newSale({ units: 9, limit: 1 });
  await shop.quota(sale, person, 4);
  await product.open(sale);
  await expect(product.sale).toContainText(words.limit(4));
  for (let more = 0; more < 3; more++) await product.oneMore.click();
  await expect(product.quantity).toHaveValue('4');
  await expect(product.oneMore).toBeDisabled();
  await product.grab.click();
  await expect(order.heading).toBeVisible();
  expect(await shop.orders(person, sale)).toMatchObject([{ quantity: 4 }]);

  await product.open(sale);
  await expect(product.button).toContainText(words.limitReached);
  await expect(product.button).toBeDisabled();
});

test('a quota of nothing means that nothing is to be had', { tag: '@desktop' }, async ({ shopper, person, shop, words }) => {
  const { product } = shopper;
  const sale = await shop.newSale({ limit: 2 });
  await shop.quota(sale, person, 0);
  await product.open(sale);
  await expect(product.button).toContainText(words.limitReached);
  await expect(product.button).toBeDisabled();
});

test('two tabs of one shopper have one limit between them', { tag: '@desktop' }, async ({ shopper, person, shop, context, words }) => {
  const sale = await shop.newSale({ units: 5, limit: 1 });
  const tabs = [shopper, new Visitor(await context.newPage(), words)] as const;
  const held = [];
  for (const { product, page } of tabs) {
    await product.openLive(sale);
    held.push(await hold(page, '**/api/seckill'));
    await product.grab.click();
  }
  for (const { asked } of held) await asked;
  for (const { letGo } of held) letGo();

  for (const { order, product } of tabs) {
    await expect(order.heading.or(product.outcome.filter({ hasText: words.overLimit }))).toBeVisible();
  }
  expect(await shop.orders(person, sale)).toHaveLength(1);
  expect(await shop.account(sale)).toMatchObject({ left: 4, awaitingPayment: 1, difference: 0 });
});

test('a shopper in the queue is told so until the order is there', async ({ shopper, shop, page, words }) => {
  const { product, order } = shopper;
  await product.openLive(await shop.newSale());
  const [grab, answer] = [await hold(page, '**/api/seckill'), await hold(page, '**/api/seckill/*')];
  await product.grab.click();
  await expect(product.outcome).toHaveText(words.sending);
  await expect(product.button).toBeDisabled();
  await expect(product.quantity).toBeDisabled();
  grab.letGo();
  await expect(product.outcome).toContainText(words.queued);
  await expect(product.button).toContainText(words.grabbing);
  answer.letGo();
  await expect(order.state).toContainText(words.state.pendingPayment);
});

test('a shopper finds the order again in the list of orders', async ({ shopper, person, shop, words }) => {
  const { site, products, order } = shopper;
  const sale = await shop.newSale();
  await shop.grab(person, sale);
  await products.open();
  await site.orders.click();
  await expect(site.heading(words.orders)).toBeVisible();
  await products.link(sale.name).click();
  await expect(order.state).toContainText(words.state.pendingPayment);
});

test.describe('without scripts', () => {
  test.use({ javaScriptEnabled: false });

  test('a shopper grabs and pays by plain forms', async ({ shopper, shop, words }) => {
    const { product, order, pay } = shopper;
    const sale = await shop.newSale();
    await product.open(sale);
    await product.grab.click();
    await order.pay.click();
    await pay.confirm.click();
    await expect(order.state).toContainText(words.state.paid);
  });
});
