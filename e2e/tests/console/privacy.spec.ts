import { newSeller, Shop, withoutAdmin } from '../../shop.ts';
import { expect, test } from '../../fixtures.ts';

test(
  "a seller who types the numbers of somebody else's things finds nothing",
  { tag: '@desktop' },
  async ({ api, merchant, shop, person, page, words }) => {
    test.skip(withoutAdmin, 'There is only one seller.');
    // Who has no product of their own is not asked for one.
    await shop.newProduct();
    const another = new Shop(api, await newSeller(api));
    const sale = await another.newSale();
    const orderId = await another.grab(person, sale);

    for (const address of [
      `/seller/products/${sale.productId}`,
      `/seller/sales/${sale.saleId}`,
      `/seller/sales/${sale.saleId}/edit`,
      `/seller/sales/${sale.saleId}/report`,
      `/seller/sales/new?copy=${sale.saleId}`,
      `/seller/orders/${orderId}`,
      '/admin/users',
      '/admin/refused-tickets',
    ]) {
      const response = await page.goto(address);
      expect(response?.status(), address).toBe(404);
      await expect(merchant.site.heading(words.notFound)).toBeVisible();
    }

    await merchant.sold.open(sale);
    await expect(merchant.sold.form).toBeVisible();
    await expect(merchant.sold.sale.getByRole('option', { name: sale.name })).toHaveCount(0);
    await merchant.plan.openFor(sale);
    await expect(merchant.plan.product).toHaveValue('');

    const answers = await page.evaluate(
      async ({ productId, saleId }) => {
        const picture = new FormData();
        picture.append('file', new Blob(['picture'], { type: 'image/png' }), 'picture.png');
        const asked = [
          fetch(`/api/seller/products/${productId}/image`, { method: 'POST', body: picture }),
          fetch(`/api/seller/sales/${saleId}`),
          fetch(`/api/seller/sales/${saleId}/end`, { method: 'POST' }),
          fetch(`/api/seller/orders/export?saleId=${saleId}`).then(async csv =>
            (await csv.text()).includes(saleId) ? csv : { status: 404 },
          ),
        ];
        return (await Promise.all(asked)).map(({ status }) => status);
      },
      { productId: sale.productId, saleId: sale.saleId },
    );
    expect(answers).toEqual([404, 404, 404, 404]);
    expect(await shop.phase(sale)).toBe('open');
  },
);

test('a shopper does not find the console', { tag: '@desktop' }, async ({ shopper, page, words }) => {
  for (const address of [
    '/seller/sales',
    '/seller/sales/new',
    '/seller/orders',
    '/seller/products',
    '/seller/products/new',
    '/admin/users',
    '/admin/refused-tickets',
  ]) {
    const response = await page.goto(address);
    expect(response?.status(), address).toBe(404);
    await expect(shopper.site.heading(words.notFound)).toBeVisible();
  }
});

test('a stranger at the door of the console is asked to sign in', { tag: '@desktop' }, async ({ visitor, page }) => {
  await page.goto('/seller/sales');
  await expect(page).toHaveURL(/\/sign-in\?returnUrl=/i);
  await expect(visitor.signIn.userName).toBeVisible();
});
