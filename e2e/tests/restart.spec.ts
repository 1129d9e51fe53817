// The server goes and comes back while people are before their pages. To start one takes seconds: those whom it strikes are there together.
import type { Locator } from '@playwright/test';
import { expectFitForAll } from '../fit.ts';
import { expect, test, Visitor } from '../fixtures.ts';
import { hold, interactive } from '../network.ts';

// To notice, to wait so that not all come back in the same moment, and to come back.
const recovery = { timeout: 30_000 };

test(
  'the server restarts while people wait: the countdown goes on, the pages recover, the grab works, and a seller goes on steering',
  { tag: '@desktop' },
  async ({ ownShop, words }) => {
    test.slow();
    const { house, shop, seller, visitor } = await ownShop();
    const person = await shop.newShopper();
    const { product, order } = await visitor(person);
    const { cockpit, reconnect } = await visitor(seller);
    const running = await shop.newSale({ units: 3 });
    await cockpit.open(running);
    await expect(cockpit.state).toContainText(cockpit.number('left', 3));
    const sale = await shop.newSale({ opensIn: 50, units: 1 });
    await product.open(sale);
    await expect(product.button).toContainText(/0:\d\d/);
    await expect(product.offline).toBeHidden();

    await house.stop();
    await expect(product.offline).toBeVisible();
    const shown = await secondsOn(product.button);
    await expect.poll(() => secondsOn(product.button), 'the countdown goes on').toBeLessThan(shown - 1);
    await expect(reconnect.dialog).toBeVisible();
    await house.start();

    await expect(product.offline).toBeHidden(recovery);
    await expect(product.button).toContainText(/0:\d\d/);
    await shop.opensIn(sale, 2);
    await expect(product.grab).toBeEnabled();
    await product.grab.click();
    await expect(order.state).toContainText(words.state.pendingPayment);
    expect(await shop.orders(person, sale)).toHaveLength(1);
    await expect.poll(() => shop.account(sale)).toMatchObject({ left: 0, awaitingPayment: 1, difference: 0 });

    await expect(reconnect.dialog).toBeHidden(recovery);
    await expect(cockpit.state).toContainText(cockpit.number('left', 3));
    await cockpit.do('pause', dialog => dialog.message.fill('Back again.'));
    await expect.poll(() => shop.phase(running)).toBe('paused');
  },
);

test(
  'the server dies under a grab, before an opening, an order and its payment: each goes on, and nobody gets anything twice',
  { tag: '@desktop' },
  async ({ ownShop, words, forgive }, testInfo) => {
    test.slow();
    // The first order of a program takes a while: whose grab waits for it may be told to ask again, and the page asks.
    forgive(/^503: POST .*\/api\/seckill$/);
    const { house, shop, visitor } = await ownShop();
    const person = await shop.newShopper();
    const ordering = await visitor(person);
    const tab = async (): Promise<Visitor> => new Visitor(await ordering.page.context().newPage(), words);
    const [paying, grabbing, waiting] = [await tab(), await tab(), await tab()];

    const ordered = await shop.newSale();
    const orderId = await shop.grab(person, ordered);
    await interactive(ordering.page, () => ordering.order.open(orderId));

    const toBePaid = await shop.newSale({ units: 5 });
    await paying.order.open(await shop.grab(person, toBePaid));
    await interactive(paying.page, () => paying.order.pay.click());

    const grabbed = await shop.newSale({ units: 5, limit: 5 });
    await grabbing.product.openLive(grabbed);

    const opening = await shop.newSale({ opensIn: 50 });
    await waiting.product.openLive(opening);

    // The order is written, but the page has not heard of it.
    const answer = await hold(grabbing.page, '**/api/seckill/*');
    await grabbing.product.grab.click();
    await answer.asked;
    await expect.poll(() => shop.orders(person, grabbed)).toHaveLength(1);
    await shop.opensIn(opening, 4);
    await expect(waiting.product.button).toContainText(/0:0\d/);
    await house.kill();
    answer.letGo();

    await expect(ordering.reconnect.dialog).toBeVisible();
    await expect(paying.reconnect.dialog).toBeVisible();
    await expectFitForAll(ordering.page, testInfo);
    await expect(waiting.product.grab, 'the sale opens while the server is away').toBeEnabled();
    await waiting.product.grab.click();
    await expect(waiting.product.outcome).not.toBeEmpty();

    const back = house.start();
    await Promise.all([ordering, paying].map(({ page }) => interactive(page, () => back)));

    await test.step('the grab goes on by itself', async () => {
      await expect(waiting.order.heading).toBeVisible(recovery);
      expect(await shop.orders(person, opening)).toHaveLength(1);
    });

    await test.step('who grabbed has one order', async () => {
      await expect(grabbing.order.heading).toBeVisible(recovery);
      expect(await shop.orders(person, grabbed)).toMatchObject([{ status: 'pendingPayment' }]);
      await expect.poll(() => shop.account(grabbed), recovery).toMatchObject({ left: 4, awaitingPayment: 1, difference: 0 });
    });

    await test.step('the order is there again', async () => {
      await expect(ordering.reconnect.dialog).toBeHidden(recovery);
      await expect(ordering.order.state).toContainText(words.state.pendingPayment);
      await expect.poll(() => shop.account(ordered), recovery).toMatchObject({ awaitingPayment: 1, difference: 0 });
    });

    await test.step('the payment goes through', async () => {
      await expect(paying.reconnect.dialog).toBeHidden(recovery);
      await paying.pay.confirm.click();
      await expect(paying.order.state).toContainText(words.state.paid);
      await expect.poll(() => shop.account(toBePaid), recovery).toMatchObject({ awaitingPayment: 0, paid: 1, difference: 0 });
    });
  },
);

async function secondsOn(button: Locator): Promise<number> {
  return Number(/0:(\d\d)/.exec(await button.innerText())?.[1] ?? NaN);
}
