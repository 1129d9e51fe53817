import { expect, test } from '../fixtures.ts';
import { hold, LiveLine } from '../network.ts';

test('who is over the limit is told so', async ({ shopper, person, shop, words }) => {
  const { product } = shopper;
  const sale = await shop.newSale({ units: 5, limit: 1 });
  await product.openLive(sale);
  await shop.grab(person, sale);
  await product.grab.click();
  await expect(product.outcome).toContainText(words.overLimit);
  await expect(product.button).toBeDisabled();
  await expect(product.button).toContainText(words.limitReached);
});

test('who asks for more than is left is told so', async ({ shopper, another, shop, words }) => {
  const { product } = shopper;
  const sale = await shop.newSale({ units: 3, limit: 2 });
  const other = (await another()).person;
  await product.open(sale);
  await product.oneMore.click();
  await shop.grab(other, sale, 2);
  await product.grab.click();
  await expect(product.outcome).toContainText(words.fewerLeft);
});

test('who asks for what was sold out a moment before is told so', async ({ shopper, another, shop, page, words }) => {
  const { product } = shopper;
  const other = (await another()).person;
  const sale = await shop.newSale({ units: 1 });
  const line = await LiveLine.of(page);
  await product.openLive(sale);
  line.mute();
  await shop.grab(other, sale);
  await product.grab.click();
  await expect(product.outcome).toContainText(words.soldOutForNow);
  await expect(product.sentence).toContainText(words.phase.soldOutForNow);
  await expect(product.button).toBeDisabled();
});

test(
  'who grabs what has been paused, or has ended, a moment before is told so',
  { tag: '@desktop' },
  async ({ shopper, shop, page, words }) => {
    const { product } = shopper;
    const line = await LiveLine.of(page);
    const paused = await shop.newSale();
    await product.openLive(paused);
    line.mute();
    await shop.pause(paused, 'One moment.');
    await product.grab.click();
    await expect(product.outcome).toContainText(words.isPaused);
    await expect(product.message).toHaveText('One moment.');

    const ended = await shop.newSale();
    await product.openLive(ended);
    await shop.end(ended);
    await product.grab.click();
    await expect(product.outcome).toContainText(words.hasEnded);
    await expect(product.sentence).toContainText(words.phase.ended);
    await expect(product.button).toBeHidden();
  },
);

test(
  'of two browsers that grab the last unit in the same moment exactly one wins, and the other is told',
  { tag: '@desktop' },
  async ({ shopper, person, another, shop, words }) => {
    const rival = await another();
    const sale = await shop.newSale({ units: 1 });
    const held = [];
    for (const { product, page } of [shopper, rival.visitor]) {
      await product.openLive(sale);
      held.push(await hold(page, '**/api/seckill'));
      await product.grab.click();
    }
    for (const { asked } of held) await asked;
    for (const { letGo } of held) letGo();

    await expect.poll(() => shop.account(sale)).toMatchObject({ left: 0, awaitingPayment: 1 });
    const [mine, theirs] = [await shop.orders(person, sale), await shop.orders(rival.person, sale)];
    expect([...mine, ...theirs]).toHaveLength(1);
    const [winner, loser] = inOrder(mine.length > theirs.length, shopper, rival.visitor);
    await expect(winner.order.heading).toBeVisible();
    await expect(loser.product.outcome).toContainText(words.soldOutForNow);
    await expect(loser.product.button).toBeDisabled();
    expect(await shop.account(sale)).toMatchObject({ left: 0, awaitingPayment: 1, difference: 0 });
  },
);

test('who is too fast is told to wait, and gets it then', { tag: '@desktop' }, async ({ another, shop, words }) => {
  const { product, order, page } = (await another()).visitor;
  await expect(async () => {
    await product.openLive(await shop.newSale());
    // The same shopper, in a hurry, takes every try that a second has.
    await page.evaluate(() => {
      const grab = { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: '{"productId":"1","quantity":1}' };
      for (let i = 0; i < 60; i++) void fetch('/api/seckill', grab);
    });
    await product.grab.click({ timeout: 1_000 });
    await expect(product.outcome).toContainText(words.tooFast, { timeout: 2_000 });
  }).toPass();
  await expect(async () => {
    await product.grab.click({ timeout: 1_000 });
    await expect(order.heading).toBeVisible({ timeout: 2_000 });
  }).toPass();
});

test("somebody else's order is not there", { tag: '@desktop' }, async ({ shopper, another, shop, page, words }) => {
  const sale = await shop.newSale();
  const orderId = await shop.grab((await another()).person, sale);
  for (const address of [`/orders/${orderId}`, `/orders/${orderId}/pay`]) {
    const response = await page.goto(address);
    expect(response?.status(), address).toBe(404);
    await expect(shopper.site.heading(words.notFound)).toBeVisible();
  }
});

function inOrder<T>(firstWon: boolean, first: T, second: T): [T, T] {
  return firstWon ? [first, second] : [second, first];
}
