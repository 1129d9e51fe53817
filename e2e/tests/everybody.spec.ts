// Every page and phase, for everybody: see fit.ts for what is looked at. Names are as long as they may be, texts as awkward.
import type { Page } from '@playwright/test';
import { expectFitForAll } from '../fit.ts';
import { hold, LiveLine } from '../network.ts';
import { unique, withoutAdmin, type Person, type Sale, type Shop } from '../shop.ts';
import { expect, test, type Visitor } from '../fixtures.ts';

// Nothing to break a line at.
const unbroken = 'Unbreakable'.repeat(9);

interface Scene {
  name: string;
  go: (stage: { visitor: Visitor; shop: Shop; person: Person; page: Page; other: () => Promise<Person> }) => Promise<void>;
}

const signedOut: Scene[] = [
  {
    name: 'the list',
    go: async ({ visitor, shop }) => {
      const sale = await shop.newSale({ name: unbroken });
      await visitor.products.openAt(sale.name);
      await expect(visitor.products.link(sale.name).first()).toBeVisible();
    },
  },
  {
    name: 'a product before its sale',
    go: async ({ visitor, shop, page }) => {
      await visitor.product.open(await shop.newSale({ opensIn: 300_000, name: '超长商品名称'.repeat(16) }));
      await expect(page.getByRole('timer')).toBeAttached();
    },
  },
  {
    name: 'a product without a sale',
    go: async ({ visitor, shop }) => {
      const product = await shop.newProduct({ name: unbroken, description: `Line one.\n\nhttps://example.com/${'a'.repeat(300)}` });
      await visitor.product.open(product);
      await expect(visitor.product.sale).toBeVisible();
    },
  },
  {
    name: 'the sign-in page after a wrong password',
    go: async ({ visitor }) => {
      await visitor.signIn.open();
      await visitor.signIn.fill('nobody', 'not the password');
      await expect(visitor.signIn.error).toBeVisible();
    },
  },
  {
    name: 'the registration with everything wrong',
    go: async ({ visitor, page }) => {
      await page.goto('/register');
      await visitor.register.fill('a!', 'short');
      await expect(page).toHaveURL(/register/);
      await expect(visitor.register.userName).toBeVisible();
    },
  },
  {
    name: 'a product whose sale is open, signed out',
    go: async ({ visitor, shop }) => {
      await visitor.product.open(await shop.newSale());
      await expect(visitor.product.signInToGrab).toBeVisible();
    },
  },
  {
    name: 'a page without its live line',
    go: async ({ visitor, shop, page }) => {
      const line = await LiveLine.of(page);
      await visitor.product.open(await shop.newSale());
      await expect(visitor.product.signInToGrab).toBeVisible();
      await line.cut();
      await expect(visitor.product.offline).toBeVisible();
    },
  },
  {
    name: 'the page for what went wrong',
    go: async ({ visitor, page, visitor: { words } }) => {
      await page.goto('/error');
      await expect(visitor.site.heading(words.failed)).toBeVisible();
    },
  },
  {
    name: 'the page of somebody with the longest of names',
    go: async ({ visitor, page }) => {
      const userName = `W${unique()}`.padEnd(32, 'W');
      await visitor.register.open();
      await visitor.register.fill(userName, 'a long enough password');
      await expect(page.getByRole('banner')).toContainText(userName);
    },
  },
  {
    name: 'a page that is not there',
    go: async ({ visitor, page, visitor: { words } }) => {
      await page.goto('/products/1');
      await expect(visitor.site.heading(words.notFound)).toBeVisible();
    },
  },
];

const signedIn: Scene[] = [
  phase('open', () => Promise.resolve()),
  phase('soldOutForNow', (shop, sale, other) => shop.grab(other, sale)),
  phase('soldOut', async (shop, sale, other) => shop.pay(other, await shop.grab(other, sale))),
  phase('paused', (shop, sale) => shop.pause(sale, 'Wait'.repeat(50))),
  phase('ended', (shop, sale) => shop.end(sale)),
  {
    name: 'a sale before it opens, signed in',
    go: async ({ visitor, shop }) => {
      await visitor.product.open(await shop.newSale({ opensIn: 3_500, limit: 3, units: 10_000_000 }));
      await expect(visitor.product.button).toBeDisabled();
      await expect(visitor.product.button).toContainText(/:\d\d/);
    },
  },
  {
    name: 'a grab that is being sent',
    go: async ({ visitor, shop, page }) => {
      await visitor.product.openLive(await shop.newSale({ limit: 2 }));
      await hold(page, '**/api/seckill');
      await visitor.product.grab.click();
      await expect(visitor.product.outcome).toHaveText(visitor.words.sending);
    },
  },
  {
    name: 'a grab in the queue',
    go: async ({ visitor, shop, page }) => {
      await visitor.product.openLive(await shop.newSale({ limit: 2 }));
      await hold(page, '**/api/seckill/*');
      await visitor.product.grab.click();
      await expect(visitor.product.outcome).toContainText(visitor.words.queued);
    },
  },
  {
    name: 'a grab that was refused',
    go: async ({ visitor, shop, person }) => {
      const sale = await shop.newSale({ limit: 1 });
      await visitor.product.openLive(sale);
      await shop.grab(person, sale);
      await visitor.product.grab.click();
      await expect(visitor.product.outcome).not.toBeEmpty();
    },
  },
  {
    name: 'an empty list of orders',
    go: async ({ visitor, shop, page }) => {
      await page.context().clearCookies();
      await visitor.signIn.as(await shop.newShopper());
      await page.goto('/orders');
      await expect(visitor.site.heading(visitor.words.orders)).toBeVisible();
    },
  },
  {
    name: 'a list of orders',
    go: async ({ visitor, shop, person, page }) => {
      const sales = [await shop.newSale({ name: unbroken }), await shop.newSale(), await shop.newSale()] as const;
      await shop.grab(person, sales[0]);
      await shop.pay(person, await shop.grab(person, sales[1]));
      await shop.cancel(person, await shop.grab(person, sales[2]));
      await page.goto('/orders');
      await expect(visitor.products.link(sales[2].name)).toBeVisible();
    },
  },
  {
    name: 'an order to be paid, with the question whether to cancel it',
    go: async ({ visitor, shop, person }) => {
      await visitor.order.open(await shop.grab(person, await shop.newSale()));
      await expect(visitor.order.pay).toBeVisible();
      await visitor.order.cancel.click();
      await expect(visitor.order.question).toBeVisible();
    },
  },
  {
    name: 'a paid order',
    go: async ({ visitor, shop, person }) => {
      const orderId = await shop.grab(person, await shop.newSale({ name: unbroken }));
      await shop.pay(person, orderId);
      await visitor.order.open(orderId);
      await expect(visitor.order.state).toContainText(visitor.words.state.paid);
    },
  },
  {
    name: 'an order that timed out',
    go: async ({ visitor, shop, person }) => {
      await visitor.order.open(await shop.grab(person, await shop.newSale({ paymentWindow: 1 })));
      await expect(visitor.order.state).toContainText(visitor.words.state.timedOut);
    },
  },
  {
    name: 'an order to be paid',
    go: async ({ visitor, shop, person }) => {
      await visitor.order.open(await shop.grab(person, await shop.newSale({ name: unbroken })));
      await expect(visitor.order.pay).toBeVisible();
    },
  },
  {
    name: 'an order that was cancelled',
    go: async ({ visitor, shop, person }) => {
      const orderId = await shop.grab(person, await shop.newSale());
      await shop.cancel(person, orderId);
      await visitor.order.open(orderId);
      await expect(visitor.order.state).toContainText(visitor.words.state.cancelled);
    },
  },
  {
    name: 'the payment page when it is too late',
    go: async ({ visitor, shop, person, page }) => {
      await page.goto(`/orders/${await shop.grab(person, await shop.newSale({ paymentWindow: 1 }))}/pay`);
      await expect(visitor.pay.tooLate).toBeVisible();
    },
  },
  {
    name: 'the payment page after a refusal',
    go: async ({ visitor, shop, person }) => {
      await visitor.order.open(await shop.grab(person, await shop.newSale({ name: unbroken })));
      await visitor.order.pay.click();
      await visitor.pay.decline.click();
      await expect(visitor.pay.declined).toBeVisible();
    },
  },
  {
    name: 'the application to sell',
    go: async ({ page }) => {
      await page.goto('/apply');
      await expect(page.getByRole('main').getByRole('textbox')).toBeVisible();
    },
  },
  {
    name: 'an application that waits',
    go: async ({ visitor, shop, page }) => {
      const person = await shop.newShopper();
      await person.api.post('/seller/application', { message: unbroken });
      await page.context().clearCookies();
      await visitor.signIn.as(person);
      await visitor.apply.open();
      await expect(visitor.apply.main).toContainText(visitor.words.console.apply.pending);
    },
  },
  {
    name: 'the sign-in page, signed in',
    go: async ({ visitor, person }) => {
      await visitor.signIn.open();
      await expect(visitor.apply.main).toContainText(visitor.words.signedInAs(person.userName));
    },
  },
];

const selling: Scene[] = [
  {
    name: "the seller's list of sales",
    go: async ({ visitor, shop }) => {
      await shop.newSale({ name: unbroken, opensIn: 3_600 });
      const sale = await shop.newSale();
      await visitor.sales.open();
      await expect(visitor.sales.link(sale.name)).toBeVisible();
      await expect(visitor.sales.timeline).toBeVisible();
    },
  },
  {
    name: 'the plan of a sale with everything wrong',
    go: async ({ visitor: { plan, words }, shop }) => {
      // Who has no product is shown the way to one.
      await shop.newProduct();
      await plan.open();
      await plan.opens.fill('');
      await plan.submit.click();
      await expect(plan.units).toHaveAccessibleDescription(words.console.required);
    },
  },
  {
    name: 'the plan of a sale with its preview',
    go: async ({ visitor: { plan }, shop }) => {
      await plan.openFor(await shop.newProduct({ name: unbroken }));
      await plan.price.fill('9.99');
      await plan.units.fill('5');
      await plan.units.press('Tab');
      await expect(plan.preview).toContainText('¥9.99');
    },
  },
  {
    name: 'the cockpit of a running sale',
    go: async ({ visitor: { cockpit }, shop, person }) => {
      const sale = await shop.newSale({ name: unbroken, units: 3 });
      await shop.grab(person, sale);
      await shop.pause(sale, 'Wait'.repeat(50));
      await shop.sampled(sale);
      await cockpit.open(sale);
      await expect(cockpit.history).toBeVisible();
      await expect(cockpit.audit).toHaveCount(1);
      await cockpit.numbers.click();
      await expect(cockpit.numbersTable).toBeVisible();
    },
  },
  {
    name: 'the question before units are withdrawn, and its refusal',
    go: async ({ visitor: { cockpit, words }, shop }) => {
      await cockpit.open(await shop.newSale({ units: 3 }));
      await cockpit.button('withdraw').click();
      await cockpit.units.fill('4');
      await cockpit.yes('withdraw').click();
      await expect(cockpit.units).toHaveAccessibleDescription(words.console.cockpit.onlyLeft(3));
    },
  },
  {
    name: 'the cockpit before its sale opens',
    go: async ({ visitor: { cockpit }, shop }) => {
      await cockpit.open(await shop.newSale({ name: '超长商品名称'.repeat(16), opensIn: 300_000, units: 10_000_000 }));
      await expect(cockpit.state).toBeVisible();
    },
  },
  {
    name: 'the question before a sale is paused',
    go: async ({ visitor: { cockpit }, shop }) => {
      await cockpit.open(await shop.newSale());
      await cockpit.button('pause').click();
      await expect(cockpit.message).toBeFocused();
    },
  },
  {
    name: 'the question before the end is moved',
    go: async ({ visitor: { cockpit }, shop }) => {
      await cockpit.open(await shop.newSale());
      await cockpit.button('prolong').click();
      await expect(cockpit.ends).toHaveAccessibleDescription(/UTC/);
    },
  },
  {
    name: 'the cockpit of a sale that has ended',
    go: async ({ visitor: { cockpit, words }, shop, page }) => {
      const sale = await shop.newSale();
      await shop.end(sale);
      await cockpit.open(sale);
      await expect(page.getByText(words.console.cockpit.over)).toBeVisible();
    },
  },
  {
    name: 'the report of a sale',
    go: async ({ visitor: { report, words }, shop, person }) => {
      const sale = await shop.newSale({ name: unbroken, units: 3, limit: 1 });
      await shop.pay(person, await shop.grab(person, sale));
      await expect(shop.grab(person, sale)).rejects.toThrow();
      await shop.sampled(sale);
      await shop.end(sale);
      await report.open(sale);
      await expect(report.account).toContainText(words.console.cockpit.difference(0));
      await expect(report.figures).toContainText(report.figure('revenue', '¥9.90'));
    },
  },
  {
    name: 'the orders of a sale',
    go: async ({ visitor: { sold }, shop, person }) => {
      const sale = await shop.newSale({ name: unbroken, limit: 2 });
      await shop.pay(person, await shop.grab(person, sale));
      await shop.cancel(person, await shop.grab(person, sale));
      await sold.open(sale);
      await expect(sold.links).toHaveCount(2);
      await sold.buyer.fill('nobody');
      await sold.apply.click();
      await expect(sold.buyer).not.toHaveAccessibleDescription('');
    },
  },
  {
    name: 'what happened to one order',
    go: async ({ visitor: { sold }, shop, person }) => {
      const sale = await shop.newSale({ name: unbroken });
      const orderId = await shop.grab(person, sale);
      await shop.cancel(person, orderId);
      await sold.openOne(orderId);
      await expect(sold.timeline.first()).toBeVisible();
    },
  },
  {
    name: "the seller's list of products",
    go: async ({ visitor: { ownProducts }, shop }) => {
      const family = unique();
      await shop.newProduct({ name: `${family}${unbroken}`.slice(0, 100) });
      await ownProducts.open();
      await ownProducts.find(family);
      await expect(ownProducts.links).toHaveCount(1);
    },
  },
  {
    name: 'a search that finds no product',
    go: async ({ visitor: { ownProducts, words }, page }) => {
      await ownProducts.open();
      await ownProducts.find(unique());
      await expect(page.getByText(words.console.product.none)).toBeVisible();
    },
  },
  {
    name: 'a new product with everything wrong',
    go: async ({ visitor: { ownProduct, words } }) => {
      await ownProduct.openNew();
      await ownProduct.create.click();
      await expect(ownProduct.name).toHaveAccessibleDescription(words.console.required);
    },
  },
  {
    name: 'a product with quotas and a list that is not right',
    go: async ({ visitor: { ownProduct, words }, shop, person }) => {
      const product = await shop.newProduct();
      await shop.quota(product, person, 3);
      await ownProduct.open(product);
      await expect(ownProduct.quotas).toHaveCount(1);
      await ownProduct.choose(ownProduct.quotaList, {
        name: 'quotas.csv',
        mimeType: 'text/csv',
        buffer: Buffer.from(`${unbroken},1\n1,many\n`),
      });
      await expect(ownProduct.badLines).toContainText(words.console.product.badLines(2));
    },
  },
  {
    name: 'a product that somebody else has changed, with a quota',
    go: async ({ visitor: { ownProduct }, shop, person }) => {
      const product = await shop.newProduct();
      await shop.quota(product, person, 3);
      await ownProduct.open(product);
      await expect(ownProduct.name).toHaveValue(product.name);
      await shop.rename(product, unbroken);
      await ownProduct.save.click();
      await expect(ownProduct.conflict).toBeVisible();
    },
  },
];

const administration: Scene[] = [
  {
    name: 'the list of refused tickets',
    go: async ({ visitor: { refusedTickets, words } }) => {
      await refusedTickets.open();
      await expect(
        refusedTickets.table.getByText(words.console.refusedTickets.none).or(refusedTickets.table.getByRole('button')).first(),
      ).toBeVisible();
    },
  },
  {
    name: 'the list of people with an application',
    go: async ({ visitor: { users }, shop }) => {
      const person = await shop.newShopper();
      await person.api.post('/seller/application', { message: unbroken });
      await users.open();
      await users.find(person.userName);
      await expect(users.button('approve', person.userName)).toBeVisible();
    },
  },
  {
    name: 'the question before somebody is suspended',
    go: async ({ visitor: { users }, person }) => {
      await users.open();
      await users.find(person.userName);
      await users.button('suspend', person.userName).click();
      await expect(users.suspendYes).toBeVisible();
    },
  },
];

for (const { name, go } of signedOut) {
  test(`everybody can use ${name}`, async ({ visitor, person, regular, shop, page }, testInfo) => {
    await go({ visitor, person, shop, page, other: () => regular(1) });
    await expectFitForAll(page, testInfo);
  });
}

for (const { name, go } of signedIn) {
  test(`everybody can use ${name}`, async ({ shopper, person, regular, shop, page }, testInfo) => {
    await go({ visitor: shopper, person, shop, page, other: () => regular(1) });
    await expectFitForAll(page, testInfo);
  });
}

for (const { name, go } of selling) {
  test(`everybody can use ${name}`, async ({ merchant, person, regular, shop, page }, testInfo) => {
    await go({ visitor: merchant, person, shop, page, other: () => regular(1) });
    await expectFitForAll(page, testInfo);
  });
}

test.describe('in the administration', () => {
  test.skip(withoutAdmin, 'Only the admin gets there.');

  for (const { name, go } of administration) {
    test(`everybody can use ${name}`, async ({ admin, person, regular, shop }, testInfo) => {
      await go({ visitor: admin, person, shop, page: admin.page, other: () => regular(1) });
      await expectFitForAll(admin.page, testInfo);
    });
  }
});

function phase(name: keyof Visitor['words']['phase'], bring: (shop: Shop, sale: Sale, other: Person) => Promise<unknown>): Scene {
  return {
    name: `a product whose sale is in the phase ${name}`,
    go: async ({ visitor, shop, other }) => {
      const sale = await shop.newSale({ units: 1 });
      await bring(shop, sale, await other());
      await visitor.product.open(sale);
      await expect(visitor.product.sentence).toContainText(visitor.words.phase[name]);
    },
  };
}
