import { expect, test, Visitor } from '../fixtures.ts';
import { hold } from '../network.ts';

test('a declined payment leaves the order open for another try', async ({ shopper, person, shop, words }) => {
  const { order, pay } = shopper;
  const sale = await shop.newSale();
  await order.open(await shop.grab(person, sale));
  await order.pay.click();
  await pay.decline.click();
  await expect(pay.declined).toBeVisible();

  await pay.confirm.click();
  await expect(order.state).toContainText(words.state.paid);
});

test(
  'a press of the button counts when the page comes alive under it',
  { tag: '@desktop' },
  async ({ shopper: { pay }, person, shop, page }) => {
    const line = await hold(page, '**/_blazor/negotiate?*');
    await page.goto(`/orders/${await shop.grab(person, await shop.newSale())}/pay`);
    await line.asked;
    await pay.decline.evaluate(button => (button.dataset['drawn'] = 'before'));
    await pay.decline.hover();
    await page.mouse.down();
    line.letGo();
    await expect(pay.decline).not.toHaveAttribute('data-drawn');
    await page.mouse.up();
    await expect(pay.declined).toBeVisible();
  },
);

test('who clicks twice pays once', { tag: '@desktop' }, async ({ shopper, person, shop, words }) => {
  const { order, pay } = shopper;
  const sale = await shop.newSale();
  await order.open(await shop.grab(person, sale));
  await order.pay.click();
  await pay.confirm.dblclick();
  await expect(order.state).toContainText(words.state.paid);
  expect(await shop.orders(person, sale)).toMatchObject([{ status: 'paid' }]);
  await expect.poll(() => shop.account(sale)).toMatchObject({ paid: 1, awaitingPayment: 0, difference: 0 });
});

test(
  'whoever pays in the last second has paid or is told that it was too late, and the books agree',
  { tag: '@desktop' },
  async ({ shopper, person, shop, words }) => {
    const { order, pay } = shopper;
    const sale = await shop.newSale({ units: 1, paymentWindow: 6 });
    const orderId = await shop.grab(person, sale);
    await order.open(orderId);
    await order.pay.click();
    await expect(pay.confirm).toBeVisible();
    const [{ payBefore } = { payBefore: '' }] = await shop.orders(person, sale);
    await expect.poll(async () => Date.parse(payBefore) - (await shop.now()), { intervals: [50] }).toBeLessThan(1_000);
    // The button goes with the second.
    await pay.confirm.click({ timeout: 2_000 }).catch(() => undefined);

    const paid = order.state.filter({ hasText: words.state.paid });
    await expect(paid.or(pay.tooLate)).toBeVisible();
    const isPaid = await paid.isVisible();
    await expect.poll(() => shop.orders(person, sale)).toMatchObject([{ status: isPaid ? 'paid' : 'timedOut' }]);
    await expect
      .poll(() => shop.account(sale))
      .toMatchObject({ left: isPaid ? 0 : 1, awaitingPayment: 0, paid: isPaid ? 1 : 0, difference: 0 });
  },
);

test(
  'who waits too long on the payment page is told so without a reload',
  { tag: '@desktop' },
  async ({ shopper, person, shop, words }) => {
    const { order, pay } = shopper;
    const sale = await shop.newSale({ units: 1, paymentWindow: 4 });
    await order.open(await shop.grab(person, sale));
    await order.pay.click();
    await expect(pay.confirm).toBeVisible();
    await expect(pay.tooLate).toBeVisible();
    await expect(pay.confirm).toBeHidden();
    await pay.back.click();
    await expect(order.state).toContainText(words.state.timedOut);
  },
);

test('who cancels in one tab cannot pay in the other', { tag: '@desktop' }, async ({ shopper, person, shop, words, context }) => {
  const sale = await shop.newSale({ units: 1 });
  const orderId = await shop.grab(person, sale);
  const tab = new Visitor(await context.newPage(), words);
  await tab.order.open(orderId);
  await tab.order.pay.click();
  await expect(tab.pay.confirm).toBeVisible();

  await shopper.order.open(orderId);
  await shopper.order.cancel.click();
  await shopper.order.reallyCancel.click();
  await expect(shopper.order.state).toContainText(words.state.cancelled);
  await expect(tab.pay.cancelled).toBeVisible();
  await expect(tab.pay.confirm).toBeHidden();
  await expect.poll(() => shop.account(sale)).toMatchObject({ left: 1, awaitingPayment: 0, paid: 0, difference: 0 });
});

test('who pays in one tab sees it in the other', { tag: '@desktop' }, async ({ shopper, person, shop, words, context }) => {
  const orderId = await shop.grab(person, await shop.newSale());
  const tab = new Visitor(await context.newPage(), words);
  await tab.order.open(orderId);
  await expect(tab.order.pay).toBeVisible();
  await shopper.order.open(orderId);
  await shopper.order.pay.click();
  await shopper.pay.confirm.click();
  await expect(tab.order.state).toContainText(words.state.paid);
  await expect(tab.order.cancel).toBeHidden();
});

test('who thinks better of it keeps the order', { tag: '@desktop' }, async ({ shopper, person, shop }) => {
  const { order } = shopper;
  const sale = await shop.newSale();
  await order.open(await shop.grab(person, sale));
  await order.cancel.click();
  await order.keep.click();
  await expect(order.question).toBeHidden();
  await expect(order.pay).toBeVisible();
  expect(await shop.orders(person, sale)).toMatchObject([{ status: 'pendingPayment' }]);
});
