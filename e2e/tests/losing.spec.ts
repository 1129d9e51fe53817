import { expect, test } from '../fixtures.ts';

test('who is over the limit is told so', async ({ shopper, person, shop, words }) => {
  const { product } = shopper;
  const sale = await shop.newSale({ units: 5, limit: 1 });
  await product.open(sale);
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

test('a wrong password is told, and nothing about which part was wrong', async ({ visitor, person, words }) => {
  const { signIn } = visitor;
  await signIn.open();
  await signIn.fill(person.userName, 'not the password');
  await expect(signIn.error).toContainText(words.wrongPassword);
  await expect(signIn.userName).toHaveValue(person.userName);
  await expect(signIn.password).toHaveValue('');
});

for (const address of ['/products/1', '/products/lamp', '/no-such-page']) {
  test(`nothing is at ${address}, and the answer is a real 404`, async ({ visitor, page, words }) => {
    const response = await page.goto(address);
    expect(response?.status()).toBe(404);
    await expect(visitor.site.heading(words.notFound)).toBeVisible();
  });
}

test("somebody else's order is not there", async ({ shopper, another, shop, page, words }) => {
  const sale = await shop.newSale();
  const orderId = await shop.grab((await another()).person, sale);
  const response = await page.goto(`/orders/${orderId}`);
  expect(response?.status()).toBe(404);
  await expect(shopper.site.heading(words.notFound)).toBeVisible();
});
