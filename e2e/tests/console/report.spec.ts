import { expect, test } from '../../fixtures.ts';

test(
  'a seller opens the report of a sale from its cockpit: its figures are right, and on paper there is no navigation',
  { tag: '@desktop' },
  async ({ merchant, person, shop, page, words }) => {
    const { cockpit, report, site } = merchant;
    const sale = await shop.newSale({ units: 3, limit: 3 });
    await shop.pay(person, await shop.grab(person, sale, 2));
    await shop.cancel(person, await shop.grab(person, sale));
    await expect.poll(() => shop.account(sale)).toMatchObject({ left: 1, difference: 0 });
    await shop.end(sale);

    await cockpit.open(sale);
    await cockpit.report.click();
    await expect(site.heading(words.console.report.title(sale.name))).toBeVisible();
    for (const figure of [
      report.figure('sold', 2),
      report.figure('returned', 1),
      report.figure('resold', 0),
      report.figure('orders', 2),
      report.figure('conversion', '50.0'),
      report.figure('revenue', '¥19.80'),
    ]) {
      await expect(report.figures).toContainText(figure);
    }
    await expect(report.account).toContainText(words.console.cockpit.difference(0));

    await expect(report.navigation.first()).toBeVisible();
    await page.emulateMedia({ media: 'print' });
    await expect(report.navigation.filter({ visible: true })).toHaveCount(0);
    await expect(report.print).toBeHidden();
    await expect(report.figures).toBeVisible();
    await expect(report.account).toBeVisible();
  },
);
