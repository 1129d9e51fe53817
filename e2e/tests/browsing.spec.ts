import { expect, test } from '../fixtures.ts';

test('the list shows each product in its phase, and follows what happens without a reload', async ({ visitor, person, shop, words }) => {
  const { products } = visitor;
  const upcoming = await shop.newSale({ opensIn: 300_000 });
  const opening = await shop.newSale({ opensIn: 50 });
  const [open, held, sold, paused, ended] = await Promise.all([
    shop.newSale({ units: 7 }),
    shop.newSale({ units: 1 }),
    shop.newSale({ units: 1 }),
    shop.newSale(),
    shop.newSale(),
  ]);
  const orderId = await shop.grab(person, held);
  await shop.pay(person, await shop.grab(person, sold));
  await shop.pause(paused, 'One moment.');
  await shop.end(ended);
  const without = await shop.newProduct();
  await products.openAt(upcoming.name);

  const { badge } = words;
  await expect(products.card(upcoming.name)).toContainText(badge.upcoming);
  await expect(products.card(upcoming.name)).toContainText(words.days(3));
  await expect(products.card(opening.name)).toContainText(badge.upcoming);
  await expect(products.card(open.name)).toContainText(badge.open);
  await expect(products.card(open.name)).toContainText('¥9.90');
  await expect(products.card(open.name)).toContainText(words.left(7, 7));
  await expect(products.card(held.name)).toContainText(badge.soldOutForNow);
  await expect(products.card(sold.name)).toContainText(badge.soldOut);
  await expect(products.card(paused.name)).toContainText(badge.paused);
  await expect(products.card(ended.name)).toContainText(badge.ended);
  await expect(products.card(without.name)).toContainText('¥199.00');
  await expect(products.card(without.name)).not.toContainText(badge.ended);

  await shop.opensIn(opening, 2);
  await shop.cancel(person, orderId);
  await shop.resume(paused);
  await shop.grab(person, open);
  await expect(products.card(held.name), 'available again').toContainText(badge.open);
  await expect(products.card(paused.name)).toContainText(badge.open);
  await expect(products.card(open.name)).toContainText(words.left(6, 7));
  await expect(products.card(opening.name), 'opens by itself').toContainText(badge.open);
});

test('a product without a sale says so, and shows its price', async ({ visitor, shop, words }) => {
  const { product } = visitor;
  await product.open(await shop.newProduct());
  await expect(product.sentence).toHaveText(words.noSale);
  await expect(product.sale).toContainText('¥199.00');
  await expect(product.timer).toBeHidden();
  await expect(product.signInToGrab).toBeHidden();
});

test(
  'whoever looks at a product without a sale sees the sale that its seller plans',
  { tag: '@desktop' },
  async ({ visitor, shop, words }) => {
    const { product } = visitor;
    const lamp = await shop.newProduct();
    await product.open(lamp);
    await expect(product.sentence).toHaveText(words.noSale);
    await shop.newSaleOf(lamp);
    await expect(product.sentence).toContainText(words.phase.open);
    await expect(product.sale).toContainText('¥9.90');
    await expect(product.signInToGrab).toBeVisible();
  },
);

test(
  'a visitor turns the pages of a long list, and beyond its end there is a way back',
  { tag: '@desktop' },
  async ({ visitor: { products }, shop, page, words }) => {
    const first = await shop.newProduct();
    for (let i = 1; i <= 24; i++) await shop.newProduct();
    // Strangers share a page for a second.
    await expect(async () => {
      await products.open();
      await expect(products.links).toHaveCount(24, { timeout: 500 });
      await expect(products.link(first.name)).toBeHidden({ timeout: 500 });
      await products.next.click();
      await expect(products.link(first.name)).toBeVisible({ timeout: 500 });
    }).toPass();
    await products.previous.click();
    await expect(products.links).toHaveCount(24);

    await page.goto('/?page=9999');
    await expect(page.getByRole('main')).toContainText(words.noProducts);
    await page.getByRole('link', { name: words.firstPage }).click();
    await expect(products.links).toHaveCount(24);
  },
);
