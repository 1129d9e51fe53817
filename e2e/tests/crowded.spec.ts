import { expectFitForAll } from '../fit.ts';
import { expect, test } from '../fixtures.ts';

test(
  'when no more interactive pages can be opened, orders work by plain forms, and the console asks to come back',
  { tag: '@desktop' },
  async ({ ownShop, words, forgive }, testInfo) => {
    // What the console answers then.
    forgive(/^503: GET .*\/seller\/sales$/);
    const { shop, seller, visitor } = await ownShop({ Pages__MaxCircuits: '0' });
    const person = await shop.newShopper();
    const sale = await shop.newSale({ units: 5, limit: 2 });
    const { product, order, pay } = await visitor(person);
    await product.open(sale);
    await product.grab.click();
    await order.pay.click();
    await pay.decline.click();
    await expect(pay.declined).toBeVisible();
    await pay.confirm.click();
    await expect(order.state).toContainText(words.state.paid);

    await order.open(await shop.grab(person, sale));
    await order.cancel.click();
    await order.keep.click();
    await order.cancel.click();
    await order.reallyCancel.click();
    await expect(order.state).toContainText(words.state.cancelled);

    await order.open(await shop.grab(person, await shop.newSale({ paymentWindow: 2 })));
    await expect(order.state, 'the page is loaded again when the time is over').toContainText(words.state.timedOut);

    const merchant = await visitor(seller);
    await merchant.sales.open();
    await expect(merchant.page.getByRole('main')).toContainText(words.console.full);
    await expectFitForAll(merchant.page, testInfo);
  },
);
