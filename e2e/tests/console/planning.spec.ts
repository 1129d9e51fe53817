import { expect, test } from '../../fixtures.ts';

const hour = 3_600_000;

test(
  'a seller plans a sale in their own time zone, and shoppers see it in the shop',
  { tag: '@desktop' },
  async ({ merchant, shop, browserOf, page, words, timezoneId }) => {
    const { sales, plan, cockpit } = merchant;
    const product = await shop.newProduct();
    await sales.open();
    await sales.start.click();
    await expect(plan.form).toContainText(words.console.plan.zone(timezoneId ?? 'UTC'));
    await plan.product.selectOption(product.name);
    await plan.price.fill('49.5');
    await plan.units.fill('7');
    const opensAt = Math.ceil((await shop.now()) / hour) * hour + 24 * hour;
    await plan.opens.fill(local(opensAt, timezoneId));
    await plan.ends.fill(local(opensAt + hour, timezoneId));
    await plan.window.fill('600');
    await plan.window.press('Tab');

    await expect(plan.opens).toHaveAccessibleDescription(local(opensAt).replace('T', ' ') + ':00 UTC');
    await expect(plan.window).toHaveAccessibleDescription(/00:10:00/);
    await expect(plan.preview).toContainText(product.name);
    await expect(plan.preview).toContainText('¥49.50');
    await expect(plan.preview).toContainText(words.left(7, 7));
    await expect(plan.preview).toContainText(words.phase.upcoming);
    await plan.previewWhen.selectOption({ index: 1 });
    await expect(plan.preview).toContainText(words.phase.open);

    await plan.submit.click();
    await expect(cockpit.state).toContainText('¥49.50');
    await expect(merchant.site.heading(product.name)).toBeVisible();
    expect(await shop.plans(product)).toMatchObject([
      {
        price: 49.5,
        units: 7,
        opensAt: new Date(opensAt).toISOString(),
        endsAt: new Date(opensAt + hour).toISOString(),
        paymentWindowSeconds: 600,
      },
    ]);

    const stranger = await browserOf();
    await stranger.product.open(product);
    await expect(stranger.product.sentence).toContainText(words.phase.upcoming);
    await expect(stranger.product.sale).toContainText('¥49.50');
    await expect(stranger.product.sale).toContainText(words.left(7, 7));

    await sales.open();
    await expect(sales.timeline.getByRole('link', { name: product.name })).toBeVisible();
    await sales.link(product.name).click();
    await expect(page).toHaveURL(/\/seller\/sales\/\d+$/);
  },
);

test('what is wrong with a sale is said at its field', async ({ merchant, shop, words }) => {
  const { plan } = merchant;
  const { required, format } = words.console;
  const product = await shop.newProduct();
  await plan.open();
  await plan.opens.fill('');
  await plan.submit.click();
  await expect(plan.product).toHaveAccessibleDescription(required);
  await expect(plan.price).toHaveAccessibleDescription(new RegExp(required));
  await expect(plan.units).toHaveAccessibleDescription(required);
  await expect(plan.opens).toHaveAccessibleDescription(required);

  await plan.product.selectOption(product.name);
  await plan.price.fill('cheap');
  await plan.units.fill('0');
  await plan.window.fill('soon');
  await plan.opens.fill('2099-05-01T10:00');
  await plan.ends.fill('2099-05-01T09:00');
  await plan.submit.click();
  await expect(plan.price).toHaveAccessibleDescription(new RegExp(format));
  await expect(plan.units).toHaveAccessibleDescription(/1.+10000000/);
  await expect(plan.window).toHaveAccessibleDescription(new RegExp(format));
  await expect(plan.ends).toHaveAccessibleDescription(/2099-05-01 10:00:00/);
  await expect(plan.product).toHaveAccessibleDescription('');
  expect(await shop.plans(product)).toHaveLength(0);
});

test(
  'a sale over another one of the same product is refused, and planned at another time',
  { tag: '@desktop' },
  async ({ merchant, shop, words, timezoneId }) => {
    const { plan, cockpit } = merchant;
    const first = await shop.newSale({ opensIn: 100 * 3_600, lasts: 3_600 });
    const opensAt = Math.floor((await shop.now()) / hour) * hour + 100 * hour;
    await plan.openFor(first);
    await plan.price.fill('5');
    await plan.units.fill('5');
    await plan.opens.fill(local(opensAt, timezoneId));
    await plan.ends.fill(local(opensAt + hour, timezoneId));
    await plan.submit.click();
    await expect(plan.opens).toHaveAccessibleDescription(new RegExp(words.console.plan.overlaps));
    expect(await shop.plans(first)).toHaveLength(1);

    await plan.opens.fill(local(opensAt + 3 * hour, timezoneId));
    await plan.ends.fill(local(opensAt + 4 * hour, timezoneId));
    await plan.submit.click();
    await expect(cockpit.state).toBeVisible();
    expect(await shop.plans(first)).toHaveLength(2);
  },
);

test('a seller copies a sale to the same time a week later', { tag: '@desktop' }, async ({ merchant, shop }) => {
  const { sales, plan, cockpit } = merchant;
  const sale = await shop.newSale({ opensIn: 7_200, units: 11, paymentWindow: 450 });
  const [before] = await shop.plans(sale);
  await sales.open();
  await sales.copy(sale.name).click();
  await expect(plan.units).toHaveValue('11');
  await expect(plan.window).toHaveValue('450');
  await plan.units.fill('12');
  await plan.submit.click();

  await expect(cockpit.state).toContainText('12');
  const [copy, original] = await shop.plans(sale);
  expect(original).toEqual(before);
  expect(copy).toMatchObject({ units: 12, price: before?.price, paymentWindowSeconds: 450, phase: 'upcoming' });
  // The form has whole seconds.
  const later = Date.parse(copy?.opensAt ?? '') - Date.parse(before?.opensAt ?? '');
  expect(Math.abs(later - 7 * 24 * hour)).toBeLessThan(1_000);
});

test(
  'a seller calls a planned sale off, and nobody waits for it any more',
  { tag: '@desktop' },
  async ({ merchant, shop, another, words }) => {
    const { cockpit, sales } = merchant;
    const sale = await shop.newSale({ opensIn: 300 });
    const waiting = (await another()).visitor;
    await waiting.product.open(sale);
    await expect(waiting.product.sentence).toContainText(words.phase.upcoming);

    await cockpit.open(sale);
    await cockpit.do('callOff');
    await expect(waiting.product.sentence).toContainText(words.phase.ended);
    await expect(cockpit.button('pause')).toBeHidden();
    expect(await shop.audit(sale)).toEqual(['end']);
    await sales.open();
    await expect(sales.link(sale.name)).toBeVisible();
    await expect(sales.edit(sale.name)).toBeHidden();
    await expect(sales.copy(sale.name)).toBeVisible();
  },
);

test(
  'two people change the same planned sale: the second one sees it, and nothing is overwritten unseen',
  { tag: '@desktop' },
  async ({ merchant, shop, seller, browserOf }) => {
    const sale = await shop.newSale({ opensIn: 7_200, units: 10 });
    const colleague = await browserOf(seller);
    await merchant.sales.open();
    await merchant.sales.edit(sale.name).click();
    await colleague.plan.edit(sale);
    await expect(colleague.plan.units, 'as it was').toHaveValue('10');
    await merchant.plan.units.fill('20');
    await merchant.plan.save.click();
    await expect(merchant.cockpit.state).toContainText('20 / 20');

    await colleague.plan.price.fill('8.88');
    await colleague.plan.save.click();
    await expect(colleague.plan.conflict).toContainText('20');
    expect(await shop.plan(sale)).toMatchObject({ units: 20, price: 9.9 });

    await colleague.plan.conflict.getByRole('button').first().click();
    await expect(colleague.plan.units).toHaveValue('20');
    await colleague.plan.price.fill('8.88');
    await colleague.plan.save.click();
    await expect(colleague.cockpit.state).toContainText('¥8.88');
    expect(await shop.plan(sale)).toMatchObject({ units: 20, price: 8.88 });
  },
);

/** A moment as a field of a form has it in a time zone. */
function local(at: number, timeZone = 'UTC'): string {
  return new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'short' }).format(at).replace(' ', 'T');
}
