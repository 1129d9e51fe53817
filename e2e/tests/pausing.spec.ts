import { expect, test } from '../fixtures.ts';

test('a sale that its seller pauses shows the message and goes on by itself', async ({ shopper, shop, words }) => {
  const { product, order } = shopper;
  const sale = await shop.newSale();
  await product.open(sale);
  await expect(product.grab).toBeEnabled();

  await shop.pause(sale, 'One moment, we count again. / 请稍候，正在清点库存。');
  await expect(product.sentence).toContainText(words.phase.paused);
  await expect(product.message).toHaveText('One moment, we count again. / 请稍候，正在清点库存。');
  await expect(product.button).toBeDisabled();

  await shop.resume(sale);
  await expect(product.sentence).toContainText(words.phase.open);
  await expect(product.message).toBeHidden();
  await product.grab.click();
  await expect(order.heading).toBeVisible();
});

test('a sale that its seller ends is over on every page', async ({ visitor, shop, words }) => {
  const sale = await shop.newSale();
  await visitor.product.open(sale);
  await expect(visitor.product.sentence).toContainText(words.phase.open);
  await shop.end(sale);
  await expect(visitor.product.sentence).toContainText(words.phase.ended);
  await expect(visitor.product.signInToGrab).toBeHidden();
});
