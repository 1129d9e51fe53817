import { expect, test } from '../fixtures.ts';

test('who comes too late sees it sold out for now, and available again after the first one cancels', async ({
  shopper,
  shop,
  another,
  words,
}) => {
  const sale = await shop.newSale({ units: 1 });
  const second = (await another()).visitor;
  await second.product.open(sale);
  await expect(second.product.grab).toBeEnabled();

  await shopper.product.open(sale);
  await shopper.product.grab.click();
  await expect(shopper.order.heading).toBeVisible();

  await expect(second.product.sentence).toContainText(words.phase.soldOutForNow);
  await expect(second.product.button).toBeDisabled();

  await shopper.order.cancel.click();
  await shopper.order.reallyCancel.click();
  await expect(shopper.order.state).toContainText(words.state.cancelled);

  await expect(second.product.sentence).toContainText(words.phase.open);
  await second.product.grab.click();
  await expect(second.order.heading).toBeVisible();
});

test(
  'an order that is not paid in time is closed and its units come back',
  { tag: '@desktop' },
  async ({ shopper, shop, another, words }) => {
    const sale = await shop.newSale({ units: 1, paymentWindow: 5 });
    const second = (await another()).visitor;
    await second.product.open(sale);

    await shopper.product.open(sale);
    await shopper.product.grab.click();
    await expect(shopper.order.state).toContainText(words.state.pendingPayment);
    await expect(second.product.sentence).toContainText(words.phase.soldOutForNow);

    await expect(shopper.order.state, 'the page closes the order without being reloaded').toContainText(words.state.timedOut, {
      timeout: 15_000,
    });
    await expect(shopper.order.pay).toBeHidden();
    await expect(second.product.grab).toBeEnabled();
    await expect.poll(() => shop.account(sale)).toMatchObject({ left: 1, awaitingPayment: 0, paid: 0, difference: 0 });
  },
);

test('when every unit is paid for, the page says so', async ({ visitor, person, shop, words }) => {
  const sale = await shop.newSale({ units: 1 });
  await visitor.product.open(sale);
  await shop.pay(person, await shop.grab(person, sale));
  await expect(visitor.product.sentence).toContainText(words.phase.soldOut);
  await expect(visitor.product.signInToGrab).toBeHidden();
});

test('the number of units left follows what others do', { tag: '@desktop' }, async ({ visitor, person, shop, words }) => {
  const sale = await shop.newSale({ units: 8, limit: 3 });
  await visitor.product.open(sale);
  await expect(visitor.product.sale).toContainText(words.left(8, 8));
  await shop.grab(person, sale, 3);
  await expect(visitor.product.sale).toContainText(words.left(5, 8));
  await expect(visitor.product.stock).toHaveAttribute('aria-valuenow', '5');
});
