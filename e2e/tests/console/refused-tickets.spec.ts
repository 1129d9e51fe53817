import { expect, test } from '../../fixtures.ts';
import { withoutAdmin } from '../../shop.ts';

test(
  'the admin sees which tickets were refused, and nobody else does',
  { tag: '@desktop' },
  async ({ admin, shopper, browserOf, seller, words }) => {
    test.skip(withoutAdmin, 'Only the admin gets there.');
    const { title, none } = words.console.refusedTickets;
    await admin.refusedTickets.open();
    await expect(admin.site.heading(title)).toBeVisible();
    // A shop that is in use may have some.
    await expect(admin.refusedTickets.table.getByText(none).or(admin.refusedTickets.table.getByRole('button')).first()).toBeVisible();

    for (const visitor of [shopper, await browserOf(seller)]) {
      expect((await visitor.refusedTickets.open())?.status()).toBe(404);
      await expect(visitor.site.heading(words.notFound)).toBeVisible();
      await expect(visitor.refusedTickets.table).toHaveCount(0);
    }
  },
);
