import { readFile } from 'node:fs/promises';
import { expect, test } from '../../fixtures.ts';
import { unique } from '../../shop.ts';

test('a seller filters the orders', { tag: '@desktop' }, async ({ merchant, person, shop, another, words }) => {
  const { sold } = merchant;
  const { statuses, none, unknownBuyer } = words.console.order;
  const other = (await another()).person;
  const [sale, second] = [await shop.newSale(), await shop.newSale()] as const;
  const paid = await shop.grab(person, sale);
  await shop.pay(person, paid);
  const open = await shop.grab(other, sale);
  const elsewhere = await shop.grab(other, second);

  await sold.open(sale);
  await expect(sold.links).toHaveText([open, paid]);
  await sold.status.selectOption(statuses.paid);
  await sold.apply.click();
  await expect(sold.links).toHaveText([paid]);

  await sold.status.selectOption({ index: 0 });
  await sold.buyer.fill(other.userName);
  await sold.apply.click();
  await expect(sold.links).toHaveText([open]);

  await sold.sale.selectOption({ index: 0 });
  await sold.product.selectOption(second.name);
  await sold.apply.click();
  await expect(sold.links).toHaveText([elsewhere]);

  await sold.from.fill('2099-01-01T00:00');
  await sold.apply.click();
  await expect(sold.table).toContainText(none);
  await sold.buyer.fill('nobody-of-that-name');
  await sold.apply.click();
  await expect(sold.buyer).toHaveAccessibleDescription(unknownBuyer);
});

test('a seller follows what happened to one order', { tag: '@desktop' }, async ({ merchant, person, shop, words }) => {
  const { sold, site } = merchant;
  const { steps, statuses, title } = words.console.order;
  const sale = await shop.newSale();
  const cancelled = await shop.grab(person, sale);
  await shop.cancel(person, cancelled);
  const paid = await shop.grab(person, sale);
  await shop.pay(person, paid);
  await expect.poll(() => shop.account(sale)).toMatchObject({ left: 4, difference: 0 });

  await sold.open(sale);
  await sold.table.getByRole('link', { name: cancelled }).click();
  await expect(site.heading(title)).toBeVisible();
  await expect(sold.timeline).toContainText([steps.grabbed, steps.created, steps.cancelled, steps.released]);

  await merchant.page.goBack();
  await sold.table.getByRole('link', { name: paid }).click();
  await expect(sold.timeline).toContainText([steps.grabbed, steps.created, steps.paid]);
  await expect(merchant.page.getByRole('region', { name: title })).toContainText(statuses.paid);
  await expect(merchant.page.getByRole('region', { name: title })).toContainText(person.userName);
});

test(
  'a seller downloads the filtered orders as a file that Excel opens right and that runs no formula',
  { tag: '@desktop' },
  async ({ merchant, person, shop }) => {
    const { sold } = merchant;
    const formula = `=HYPERLINK("http://example.com","${unique()}")`;
    const chinese = `台灯，暖光 ${unique()}`;
    const [first, second] = [await shop.newSale({ name: formula }), await shop.newSale({ name: chinese })] as const;
    const cancelled = await shop.grab(person, first);
    await shop.cancel(person, cancelled);
    const one = await shop.grab(person, first);
    const two = await shop.grab(person, second);

    await sold.open(first);
    await expect(sold.links).toHaveCount(2);
    await sold.status.selectOption({ index: 1 });
    await sold.apply.click();
    await expect(sold.links).toHaveText([one]);
    const filtered = await csv();
    expect(filtered.name).toMatch(/^orders-\d{8}-\d{6}\.csv$/);
    expect(filtered.text.startsWith('\uFEFForderId,'), 'a byte order mark before the header').toBe(true);
    expect(filtered.lines).toHaveLength(2);
    expect(filtered.lines[1]).toContain(`${one},`);
    expect(filtered.lines[1]).toContain(`,"'${formula.replaceAll('"', '""')}",`);
    expect(filtered.lines[1]).toContain(`,${person.userName},pendingPayment,1,9.90,9.90,`);

    await sold.sale.selectOption(second.saleId);
    await sold.apply.click();
    await expect(sold.links).toHaveText([two]);
    expect((await csv()).lines[1]).toContain(`,${chinese},`);

    async function csv(): Promise<{ name: string; text: string; lines: string[] }> {
      const downloading = merchant.page.waitForEvent('download');
      await sold.csv.click();
      const download = await downloading;
      const text = await readFile(await download.path(), 'utf8');
      return { name: download.suggestedFilename(), text, lines: text.trimEnd().split('\r\n') };
    }
  },
);
