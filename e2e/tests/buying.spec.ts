import { expect, test } from '../fixtures.ts';
import { unique } from '../shop.ts';

test('a shopper registers, waits for the countdown, grabs, pays and sees the order paid', async ({ visitor, shop, words, page }) => {
  const { product, order, pay, register, signIn } = visitor;
  const sale = await shop.newSale({ opensIn: 12 });
  await product.open(sale);
  await product.signInToGrab.click();
  await signIn.toRegister.click();
  await register.fill(`shopper-${unique()}`, 'a long enough password');

  await expect(page).toHaveURL(`/products/${sale.productId}`);
  await expect(product.sentence).toContainText(words.phase.upcoming);
  await expect(product.button).toBeDisabled();
  await expect(product.button).toContainText(/0:\d\d/);

  await expect(product.grab, 'the sale opens by itself').toBeEnabled({ timeout: 20_000 });
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

test('a shopper who is signed out signs in and comes back to the product', async ({ visitor, person, shop, page }) => {
  const { product, order, signIn } = visitor;
  const sale = await shop.newSale();
  await product.open(sale);
  await product.signInToGrab.click();
  await signIn.fill(person.userName, person.password);

  await expect(page).toHaveURL(`/products/${sale.productId}`);
  await product.grab.click();
  await expect(order.heading).toBeVisible();
});

test('a double click is one grab', async ({ shopper, person, shop }) => {
  const { product, order } = shopper;
  const sale = await shop.newSale({ units: 5, limit: 5 });
  await product.open(sale);
  await product.grab.dblclick();

  await expect(order.heading).toBeVisible();
  expect(await shop.orders(person, sale)).toHaveLength(1);
  expect(await shop.account(sale)).toMatchObject({ left: 4, awaitingPayment: 1 });
});

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

test('a shopper finds the order again in the list of orders', async ({ shopper, person, shop, words }) => {
  const { site, products, order } = shopper;
  const sale = await shop.newSale();
  await shop.grab(person, sale);
  await products.open();
  await site.orders.click();
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
