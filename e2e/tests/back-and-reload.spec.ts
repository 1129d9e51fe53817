import { expect, test } from '../fixtures.ts';
import { hold } from '../network.ts';

test('back, forward and reload at every step lose nothing and buy nothing twice', async ({ shopper, person, shop, words, page }) => {
  const { products, product, order, pay } = shopper;
  const sale = await shop.newSale({ units: 5, limit: 2 });
  await products.openAt(sale.name);
  await products.link(sale.name).click();
  await expect(product.grab).toBeEnabled();
  await page.goBack();
  await expect(products.link(sale.name)).toBeVisible();
  await page.goForward();
  await page.reload();
  await expect(product.grab).toBeEnabled();
  await product.grab.click();

  await expect(order.heading).toBeVisible();
  await page.reload();
  await expect(order.state).toContainText(words.state.pendingPayment);
  await page.goBack();
  await expect(product.sale, 'the product knows what this shopper has').toContainText(words.limitHeld(2, 1));
  await expect(product.quantity).toHaveValue('1');
  await expect(product.outcome).toBeEmpty();
  await page.goForward();
  await order.pay.click();
  await expect(pay.heading).toBeVisible();
  await page.reload();
  await page.goBack();
  await expect(order.state).toContainText(words.state.pendingPayment);
  await page.goForward();
  await pay.confirm.click();

  await expect(order.state).toContainText(words.state.paid);
  await page.reload();
  await expect(order.state).toContainText(words.state.paid);
  await page.goBack();
  await expect(pay.paid, 'nothing is left to pay').toBeVisible();
  await expect(pay.confirm).toBeHidden();
  await page.goBack();
  await expect(order.state).toContainText(words.state.paid);

  expect(await shop.orders(person, sale)).toMatchObject([{ status: 'paid', quantity: 1 }]);
  await expect.poll(() => shop.account(sale)).toMatchObject({ left: 4, awaitingPayment: 0, paid: 1, difference: 0 });
});

test('who reloads before the grab is answered goes on with the same grab', { tag: '@desktop' }, async ({ shopper, person, shop, page }) => {
  const { product, order } = shopper;
  const sale = await shop.newSale({ units: 5, limit: 5 });
  await product.openLive(sale);
  const grab = await hold(page, '**/api/seckill');
  await product.grab.click();
  await grab.asked;
  await page.reload();
  grab.letGo();
  await expect(order.heading).toBeVisible();
  expect(await shop.orders(person, sale)).toHaveLength(1);
});

test(
  'who reloads in the queue stays in the queue, and gets the order',
  { tag: '@desktop' },
  async ({ shopper, person, shop, page, words }) => {
    const { product, order } = shopper;
    const sale = await shop.newSale({ units: 5, limit: 5 });
    await product.openLive(sale);
    const answer = await hold(page, '**/api/seckill/*');
    await product.grab.click();
    await answer.asked;
    await expect(product.outcome).toContainText(words.queued);
    await expect(product.button).toBeDisabled();
    await page.reload();
    await expect(product.outcome).toContainText(words.queued);
    answer.letGo();
    await expect(order.heading).toBeVisible();
    expect(await shop.orders(person, sale)).toHaveLength(1);
  },
);

test('who goes back before signing in is still at the product', { tag: '@desktop' }, async ({ visitor, shop, page }) => {
  const { product, signIn } = visitor;
  const sale = await shop.newSale();
  await product.open(sale);
  await product.signInToGrab.click();
  await expect(signIn.userName).toBeVisible();
  await page.goBack();
  await expect(product.signInToGrab).toBeVisible();
  await page.goForward();
  await expect(signIn.userName).toBeVisible();
});
