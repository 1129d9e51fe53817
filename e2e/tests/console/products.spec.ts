import { writeFile } from 'node:fs/promises';
import { expect, test } from '../../fixtures.ts';
import { unique } from '../../shop.ts';

const png = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64');

test(
  'a seller creates a product and gives it a picture, and shoppers see both',
  { tag: '@desktop' },
  async ({ merchant, browserOf, words, page }) => {
    const { ownProduct, ownProducts } = merchant;
    const { product, required, format } = words.console;
    const name = `Kettle ${unique()}`;
    await ownProduct.openNew();
    await ownProduct.price.fill('dear');
    await ownProduct.create.click();
    await expect(ownProduct.name).toHaveAccessibleDescription(required);
    await expect(ownProduct.price).toHaveAccessibleDescription(format);

    await ownProduct.name.fill(name);
    await ownProduct.description.fill('Boils.\nQuickly.');
    await ownProduct.price.fill('88.8');
    await ownProduct.create.dblclick();
    await expect(ownProduct.form).toContainText(product.created);

    await ownProduct.choose(ownProduct.upload, { name: 'kettle.png', mimeType: 'image/png', buffer: Buffer.from('no picture at all') });
    await expect(ownProduct.upload).toHaveAccessibleDescription(new RegExp(product.noPicture));
    await ownProduct.choose(ownProduct.upload, { name: 'kettle.png', mimeType: 'image/png', buffer: png });
    await expect(ownProduct.uploaded).toBeVisible();
    await expect(ownProduct.upload).not.toHaveAccessibleDescription(new RegExp(product.noPicture));
    await expect(ownProduct.imageUrl).toHaveValue(/\.png$/);
    await expect(ownProduct.picture).toHaveJSProperty('naturalWidth', 1);

    await ownProduct.limit.fill('4');
    await ownProduct.saveLimit.click();
    await expect(page.getByRole('alert').filter({ hasText: product.limitSaved })).toBeVisible();

    await ownProducts.open();
    await ownProducts.find(name);
    await expect(ownProducts.links, 'a double click makes one product').toHaveText([name]);
    await expect(ownProducts.table).toContainText('¥88.80');

    const stranger = await browserOf();
    await stranger.product.open({ productId: await idOf(ownProducts.links.first()) });
    await expect(stranger.site.heading(name)).toBeVisible();
    await expect(stranger.page.getByRole('main')).toContainText('Boils.');
    await expect(stranger.page.getByRole('img', { name }).first()).toHaveJSProperty('naturalWidth', 1);
  },
);

test('a seller drops a picture onto its field', { tag: '@desktop' }, async ({ merchant, shop, page }, info) => {
  const { ownProduct } = merchant;
  const file = info.outputPath('kettle.png');
  await writeFile(file, png);
  await ownProduct.open(await shop.newProduct());
  await ownProduct.upload.scrollIntoViewIfNeeded();

  const box = await ownProduct.upload.boundingBox();
  const browser = await page.context().newCDPSession(page);
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const) {
    await browser.send('Input.dispatchDragEvent', {
      type,
      x: (box?.x ?? 0) + (box?.width ?? 0) / 2,
      y: (box?.y ?? 0) + (box?.height ?? 0) - 5,
      data: { items: [], files: [file], dragOperationsMask: 1 },
    });
  }
  await expect(ownProduct.uploaded).toBeVisible();
  await expect(ownProduct.picture).toHaveJSProperty('naturalWidth', 1);
});

test(
  'two people change the same product: the second one sees it, and nothing is overwritten unseen',
  { tag: '@desktop' },
  async ({ merchant, seller, shop, browserOf }) => {
    const product = await shop.newProduct();
    const mine = merchant.ownProduct;
    const theirs = (await browserOf(seller)).ownProduct;
    await mine.open(product);
    await theirs.open(product);
    await expect(theirs.name).toHaveValue(product.name);
    await mine.description.fill('Mine.');
    await mine.save.click();
    await expect(mine.saved).toBeVisible();

    await theirs.price.fill('77');
    await theirs.description.fill('Theirs.');
    await theirs.save.click();
    await expect(theirs.conflict).toContainText('Mine.');
    await expect(theirs.conflict).toContainText('Theirs.');
    await expect(theirs.description, 'what was typed is still there').toHaveValue('Theirs.');
    await mine.open(product);
    await expect(mine.description, 'and nothing is overwritten').toHaveValue('Mine.');

    await theirs.take.click();
    await expect(theirs.conflict).toBeHidden();
    await expect(theirs.description).toHaveValue('Mine.');
    await theirs.price.fill('78');
    await theirs.save.click();
    await expect(theirs.saved).toBeVisible();

    await mine.description.fill('Mine again.');
    await mine.save.click();
    await expect(mine.conflict).toContainText('78');
    await mine.keep.click();
    await expect(mine.saved).toBeVisible();
    await theirs.open(product);
    await expect(theirs.description).toHaveValue('Mine again.');
  },
);

test('a seller finds products by searching, sorting and turning pages', { tag: '@desktop' }, async ({ merchant, shop, words }) => {
  const { ownProducts } = merchant;
  const family = unique();
  const names = Array.from({ length: 12 }, (_, i) => `Lamp ${family} ${String(i + 1).padStart(2, '0')}`);
  for (const name of names) await shop.newProduct({ name });

  await ownProducts.open();
  await ownProducts.find(family);
  await expect(ownProducts.links, 'the newest first').toHaveText(names.toReversed().slice(0, 10));
  await ownProducts.sort(words.console.product.name).click();
  await expect(ownProducts.links).toHaveText(names.slice(0, 10));
  await ownProducts.next.click();
  await expect(ownProducts.links).toHaveText(names.slice(10));
  await ownProducts.find(`${family} 05`);
  await expect(ownProducts.links, 'a search begins at the first page').toHaveText(names.slice(4, 5));
  await ownProducts.find(`${family} 99`);
  await expect(merchant.page.getByText(words.console.product.none)).toBeVisible();
});

test('a seller sorts the products on a phone, too', async ({ merchant, shop, page, words }) => {
  const { ownProducts } = merchant;
  const family = unique();
  for (const name of ['B', 'A', 'C']) await shop.newProduct({ name: `Lamp ${family} ${name}` });
  const names = (order: string): string[] => order.split('').map(name => `Lamp ${family} ${name}`);

  await page.setViewportSize({ width: 360, height: 740 });
  await ownProducts.open();
  await ownProducts.find(family);
  await expect(ownProducts.links).toHaveText(names('CAB'));
  await ownProducts.cardSort.selectOption(words.console.product.byName);
  await expect(ownProducts.links).toHaveText(names('ABC'));
  await page.setViewportSize({ width: 1280, height: 800 });
  await expect(ownProducts.cardSort, 'where columns have heads, they sort').toBeHidden();
});

test(
  'a seller archives a product, and it is not sold any more until they bring it back',
  { tag: '@desktop' },
  async ({ merchant, shop, words, browserOf }) => {
    const { ownProduct, ownProducts, plan } = merchant;
    const { product: text } = words.console;
    const product = await shop.newProduct();
    await ownProduct.open(product);
    await ownProduct.archive.click();
    await ownProduct.archiveYes.click();
    await expect(ownProduct.said(text.archived)).toBeVisible();
    await expect(ownProduct.form).toContainText(text.isArchived);
    await expect(ownProduct.archive).toBeHidden();

    const stranger = await browserOf();
    // Strangers share a page for a second.
    await expect(async () => {
      await stranger.products.open();
      await expect(stranger.products.link(product.name)).toHaveCount(0, { timeout: 500 });
    }).toPass();
    await stranger.product.open(product);
    await expect(stranger.site.heading(product.name)).toBeVisible();
    await expect(stranger.page.getByRole('main')).toContainText(text.notSold);

    await ownProducts.open();
    await ownProducts.find(product.name);
    await expect(merchant.page.getByText(text.none)).toBeVisible();
    await plan.openFor(product);
    await plan.price.fill('5');
    await plan.units.fill('5');
    await plan.submit.click();
    await expect(plan.product).toHaveAccessibleDescription(text.bringBackFirst);
    expect(await shop.plans(product)).toHaveLength(0);

    await ownProduct.open(product);
    await ownProduct.restore.click();
    await expect(ownProduct.said(text.restored)).toBeVisible();
    await expect(ownProduct.archive).toBeVisible();
    await stranger.products.openAt(product.name);
    await expect(stranger.products.link(product.name)).toBeVisible();
    await stranger.product.open(product);
    await expect(stranger.page.getByRole('main')).not.toContainText(text.notSold);
  },
);

test(
  'a list of quotas with bad lines changes nothing and says which; once corrected it sets them all',
  { tag: '@desktop' },
  async ({ merchant, shop, words, person }) => {
    const { ownProduct } = merchant;
    const { product: text } = words.console;
    const product = await shop.newProduct();
    const other = await shop.newShopper();
    await shop.quota(product, other, 2);
    await ownProduct.open(product);
    await expect(ownProduct.quotas).toContainText([text.quotaLeft(2)]);

    await ownProduct.choose(
      ownProduct.quotaList,
      csv('user,quota', `${person.userName},7`, `${other.userName},many`, 'nobody-of-that-name,1'),
    );
    await expect(ownProduct.badLines).toContainText(text.badLines(2));
    await expect(ownProduct.badLines.getByRole('row')).toContainText([
      '',
      new RegExp(`^3${other.userName},many.*${text.notWhole}`),
      new RegExp(`^4nobody-of-that-name,1.*${text.unknownUser}`),
    ]);
    await ownProduct.open(product);
    await expect(ownProduct.quotas, 'nothing is half imported').toHaveCount(1);
    await expect(ownProduct.quotas).toContainText([text.quotaLeft(2)]);

    await ownProduct.choose(ownProduct.quotaList, csv('user,quota', `${person.userName},many`));
    await expect(ownProduct.badLines).toContainText(text.badLines(1));
    await ownProduct.choose(ownProduct.quotaList, csv('user,quota', `${person.userName},7`, `${other.userId},3`));
    await expect(ownProduct.said(text.quotasSet(2))).toBeVisible();
    await expect(ownProduct.badLines).toBeHidden();
    await expect(ownProduct.quotas).toHaveCount(2);
    await expect(ownProduct.quotas.filter({ hasText: person.userName })).toContainText(text.quotaLeft(7));
    await expect(ownProduct.quotas.filter({ hasText: other.userName })).toContainText(text.quotaLeft(3));
  },
);

function csv(...lines: string[]): { name: string; mimeType: string; buffer: Buffer } {
  return { name: 'quotas.csv', mimeType: 'text/csv', buffer: Buffer.from(lines.join('\r\n')) };
}

async function idOf(link: { getAttribute(name: string): Promise<string | null> }): Promise<string> {
  return /\d+$/.exec((await link.getAttribute('href')) ?? '')?.[0] ?? '';
}
