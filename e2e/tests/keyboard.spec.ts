import type { Locator, Page } from '@playwright/test';
import { expect, test } from '../fixtures.ts';

test('a shopper needs nothing but the keyboard, from the list to the paid order', async ({ shopper, shop, page, words }) => {
  const { products, product, order, pay } = shopper;
  const sale = await shop.newSale({ limit: 2 });
  await products.openAt(sale.name);
  await press(page, products.link(sale.name));

  await expect(product.grab).toBeEnabled();
  await tabTo(page, product.quantity);
  await page.keyboard.press('ArrowUp');
  await press(page, product.grab);

  await expect(order.heading).toBeVisible();
  await press(page, order.pay);
  await expect(pay.heading).toBeVisible();
  await press(page, pay.confirm);
  await expect(order.state).toContainText(words.state.paid);
});

test('the first stop of the keyboard leads past the navigation', async ({ visitor, page }) => {
  await visitor.products.open();
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('main')).toBeFocused();
});

test('who changes their mind keeps the order, by keyboard', async ({ shopper, person, shop, page, words }) => {
  const { order } = shopper;
  const sale = await shop.newSale();
  await order.open(await shop.grab(person, sale));
  await press(page, order.cancel);
  await expect(order.question).toBeVisible();
  await press(page, order.reallyCancel);
  await expect(order.state).toContainText(words.state.cancelled);
});

test('a seller needs nothing but the keyboard to plan a sale', async ({ merchant, shop, page }) => {
  const { plan, cockpit } = merchant;
  const product = await shop.newProduct();
  await plan.openFor(product);
  await tabTo(page, plan.price);
  await page.keyboard.type('12.5');
  await tabTo(page, plan.units);
  await page.keyboard.type('6');
  await press(page, plan.submit);
  await expect(cockpit.state).toContainText('¥12.50');
  expect(await shop.plans(product)).toMatchObject([{ price: 12.5, units: 6 }]);
});

test('a seller needs nothing but the keyboard to steer a sale', async ({ merchant, shop, page }) => {
  const { cockpit } = merchant;
  const sale = await shop.newSale();
  await cockpit.open(sale);
  await press(page, cockpit.button('pause'));
  await expect(cockpit.message, 'the first field is ready').toBeFocused();
  await page.keyboard.type('One moment.');
  await page.keyboard.press('Escape');
  await expect(cockpit.dialog, 'Escape is no').toBeHidden();
  await expect(cockpit.button('pause'), 'the keyboard goes on where it was').toBeFocused();

  await page.keyboard.press('Enter');
  await expect(cockpit.message).toBeFocused();
  await page.keyboard.type('One moment.');
  await press(page, cockpit.yes('pause'));
  await expect(cockpit.said('pause')).toBeVisible();
  await expect(cockpit.shopMessage).toHaveText('One moment.');

  await press(page, cockpit.button('resume'));
  await expect(cockpit.dialog.getByRole('button').first()).toBeFocused();
  await press(page, cockpit.yes('resume'));
  await expect.poll(() => shop.phase(sale)).toBe('open');
});

test('a seller needs nothing but the keyboard to give quotas and to take them away', async ({ merchant, person, shop, page, words }) => {
  const { ownProduct } = merchant;
  await ownProduct.open(await shop.newProduct());
  await tabTo(page, ownProduct.quotaUser);
  await page.keyboard.type(person.userName);
  await tabTo(page, ownProduct.quotaUnits);
  await page.keyboard.type('4');
  await press(page, ownProduct.setQuota);
  await expect(ownProduct.quotas).toContainText([words.console.product.quotaLeft(4)]);

  const choosing = page.waitForEvent('filechooser');
  await press(page, ownProduct.quotaList);
  await choosing;
  await press(page, ownProduct.removeQuota(person.userName));
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByRole('button').first()).toBeFocused();
  await press(page, dialog.getByRole('button', { name: words.console.product.remove }));
  await expect(ownProduct.quotas).toHaveCount(0);
  await page.keyboard.press('Shift+Tab');
  await expect(ownProduct.quotaList, 'the keyboard goes on near to what is gone').toBeFocused();
});

test('a seller needs nothing but the keyboard to read a report and to print it', async ({ merchant, shop, page }) => {
  const { report } = merchant;
  const sale = await shop.newSale();
  await expect.poll(async () => (await shop.moments(sale)).length, 'there is something to chart').toBeGreaterThan(1);
  await shop.end(sale);
  await page.addInitScript('print = () => { window.printed = true; }');
  await report.open(sale);
  await press(page, report.print);
  await expect.poll(() => page.evaluate('window.printed')).toBe(true);
  await press(page, report.numbers);
  await tabTo(page, report.numbersTable);
});

async function press(page: Page, target: Locator): Promise<void> {
  await tabTo(page, target);
  await page.keyboard.press('Enter');
}

/** Goes on with Tab until the target has the focus, and checks that the focus can be seen there. */
async function tabTo(page: Page, target: Locator): Promise<void> {
  await expect(target).toBeVisible();
  for (let stops = 0; stops < 80; stops++) {
    await page.keyboard.press('Tab');
    if (await target.evaluate(element => element === document.activeElement)) {
      expect(await target.evaluate(outlined), 'the focus can be seen').toBe(true);
      return;
    }
  }
  throw new Error('The keyboard does not reach it.');
}

// A card shows the focus of the link in it around itself.
function outlined(element: Element): boolean {
  for (let at: Element | null = element; at; at = at.parentElement) {
    if (getComputedStyle(at).outlineStyle !== 'none') return true;
  }
  return false;
}
