import { truncateSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, Visitor } from '../fixtures.ts';
import { otherThan } from '../words.ts';

for (const address of ['/products/1', '/products/lamp', '/no-such-page', '/orders/lamp', '/products/99999999999999999999']) {
  test(`nothing is at ${address}, and the answer is a real 404`, { tag: '@desktop' }, async ({ visitor, page, words }) => {
    const response = await page.goto(address);
    expect(response?.status()).toBe(404);
    await expect(visitor.site.heading(words.notFound)).toBeVisible();
    await page.getByRole('main').getByRole('link').click();
    await expect(visitor.site.heading(words.products)).toBeVisible();
  });
}

test('a form of somebody who has signed out meanwhile says what to do', { tag: '@desktop' }, async ({ shopper, words, context }) => {
  const tab = new Visitor(await context.newPage(), words);
  await tab.products.open();
  await shopper.products.open();
  await shopper.site.signOut.click();
  await expect(shopper.site.signOut).toBeHidden();

  const answer = tab.page.waitForResponse(response => response.url().endsWith('/sign-out'));
  await tab.site.signOut.click();
  expect((await answer).status()).toBe(400);
  await expect(tab.page.getByRole('main')).toContainText(words.staleForm);
  await tab.site.otherLanguage.click();
  await expect(tab.site.heading(otherThan(words).products), 'the switches lead to a page, not to the form').toBeVisible();
});

test(
  'when the shop cannot read its books a page says so, with a number to quote',
  { tag: '@desktop' },
  async ({ ownShop, words, forgive }) => {
    forgive(/^(500|503): /);
    const { house, visitor } = await ownShop();
    const { site, page } = await visitor();
    // Nobody has looked at a product yet, so nothing of them is remembered.
    for (const file of ['seckill.db', 'seckill.db-wal']) truncateSync(join(house.data, file), 0);
    const response = await page.goto('/');
    expect(response?.status()).toBe(500);
    await expect(site.heading(words.failed)).toBeVisible();
    await expect(page.getByRole('main').getByRole('code')).toHaveText(/^[0-9a-f]{32}$/);
    await expect(page.getByRole('main')).not.toContainText(/sqlite|exception/i);
  },
);
