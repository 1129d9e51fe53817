// The server goes and comes back while people are before their pages. It is no other file's, and after each test it is there again.
import type { Locator } from '@playwright/test';
import { expectFitForAll } from '../fit.ts';
import { expect, test as base } from '../fixtures.ts';
import { House } from '../house.ts';
import { hold, interactive } from '../network.ts';

const test = base.extend<object, { kept: () => Promise<House> }>({
  kept: [
    // eslint-disable-next-line no-empty-pattern -- Playwright reads a fixture's needs from this pattern.
    async ({}, use) => {
      let house: Promise<House> | undefined;
      await use(() => (house ??= House.open()));
      await (await house)?.close();
    },
    { scope: 'worker' },
  ],
});

// One after the other in one worker, with one house; they mostly wait, and the other workers have the machine meanwhile.
test.describe.configure({ mode: 'default' });

// To notice, to wait so that not all come back in the same moment, and to come back.
const recovery = { timeout: 30_000 };

test(
  'the server restarts while people wait: the countdown goes on, the page recovers, and the grab works',
  { tag: '@desktop' },
  async ({ ownShop, kept, words }) => {
    const { house, shop, visitor } = await ownShop(await kept());
    const person = await shop.newShopper();
    const { product, order } = await visitor(person);
    const sale = await shop.newSale({ opensIn: 15, units: 1 });
    await product.open(sale);
    await expect(product.button).toContainText(/0:\d\d/);
    await expect(product.offline).toBeHidden();

    await house.stop();
    await expect(product.offline).toBeVisible();
    const shown = await secondsOn(product.button);
    await expect.poll(() => secondsOn(product.button), 'the countdown goes on').toBeLessThan(shown - 1);
    await house.start();

    await expect(product.offline).toBeHidden(recovery);
    await expect(product.grab).toBeEnabled(recovery);
    await product.grab.click();
    await expect(order.state).toContainText(words.state.pendingPayment);
    expect(await shop.orders(person, sale)).toHaveLength(1);
    await expect.poll(() => shop.account(sale)).toMatchObject({ left: 0, awaitingPayment: 1, difference: 0 });
  },
);

test(
  'a sale opens while the server is away, and whoever waited can grab when it is back',
  { tag: '@desktop' },
  async ({ ownShop, kept }) => {
    const { house, shop, visitor } = await ownShop(await kept());
    const person = await shop.newShopper();
    const { product, order } = await visitor(person);
    const sale = await shop.newSale({ opensIn: 8 });
    await product.openLive(sale);
    await house.kill();
    await expect(product.grab).toBeEnabled({ timeout: 15_000 });
    await product.grab.click();
    await expect(product.outcome).not.toBeEmpty();
    await house.start();
    await expect(order.heading, 'the grab goes on by itself').toBeVisible(recovery);
    expect(await shop.orders(person, sale)).toHaveLength(1);
  },
);

test('the server dies under a grab, and the shopper gets one order', { tag: '@desktop' }, async ({ ownShop, kept }) => {
  const { house, shop, visitor } = await ownShop(await kept());
  const person = await shop.newShopper();
  const { product, order, page } = await visitor(person);
  const sale = await shop.newSale({ units: 5, limit: 5 });
  await product.openLive(sale);
  // The order is written, but the page has not heard of it.
  const answer = await hold(page, '**/api/seckill/*');
  await product.grab.click();
  await answer.asked;
  await house.kill();
  answer.letGo();
  await house.start();
  await expect(order.heading).toBeVisible(recovery);
  expect(await shop.orders(person, sale)).toMatchObject([{ status: 'pendingPayment' }]);
  await expect.poll(() => shop.account(sale), recovery).toMatchObject({ left: 4, awaitingPayment: 1, difference: 0 });
});

test(
  'the server restarts before an order and its payment: the pages come back, and it can be paid',
  { tag: '@desktop' },
  async ({ ownShop, kept, words }, testInfo) => {
    const { house, shop, visitor } = await ownShop(await kept());
    const person = await shop.newShopper();
    const { order, pay, reconnect, page } = await visitor(person);
    const sale = await shop.newSale();
    const orderId = await shop.grab(person, sale);
    await interactive(page, () => order.open(orderId));
    await house.kill();
    await expect(reconnect.dialog).toBeVisible();
    await expectFitForAll(page, testInfo);
    // The page loads itself anew.
    await interactive(page, () => house.start());
    await expect(reconnect.dialog).toBeHidden(recovery);
    await expect(order.state).toContainText(words.state.pendingPayment);
    await interactive(page, () => order.pay.click());

    await house.kill();
    await expect(reconnect.dialog).toBeVisible();
    await house.start();
    await expect(reconnect.dialog).toBeHidden(recovery);
    await pay.confirm.click();
    await expect(order.state).toContainText(words.state.paid);
    await expect.poll(() => shop.account(sale), recovery).toMatchObject({ awaitingPayment: 0, paid: 1, difference: 0 });
  },
);

test('the server restarts under a cockpit, and its seller goes on steering', { tag: '@desktop' }, async ({ ownShop, kept }) => {
  const { house, shop, seller, visitor } = await ownShop(await kept());
  const { cockpit, reconnect } = await visitor(seller);
  const sale = await shop.newSale({ units: 3 });
  await cockpit.open(sale);
  await expect(cockpit.state).toContainText(cockpit.number('left', 3));
  await house.stop();
  await expect(reconnect.dialog).toBeVisible();
  await house.start();
  await expect(reconnect.dialog).toBeHidden(recovery);
  await expect(cockpit.state).toContainText(cockpit.number('left', 3));
  await cockpit.do('pause', dialog => dialog.message.fill('Back again.'));
  await expect.poll(() => shop.phase(sale)).toBe('paused');
});

async function secondsOn(button: Locator): Promise<number> {
  return Number(/0:(\d\d)/.exec(await button.innerText())?.[1] ?? NaN);
}
