// Every page and phase, for everybody: no WCAG 2.2 A or AA violation that axe can find, in the light on the desktop and in the dark on
// the phone, and no scrolling sideways on any screen.
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import type { Person, Sale, Shop } from '../shop.ts';
import { expect, test, type Visitor } from '../fixtures.ts';

const levels = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
// Nothing to break a line at.
const unbroken = 'Unbreakable'.repeat(9);
const widths = [320, 768, 1920];

interface Scene {
  name: string;
  go: (stage: { visitor: Visitor; shop: Shop; person: Person; page: Page; other: () => Promise<Person> }) => Promise<void>;
}

const signedOut: Scene[] = [
  {
    name: 'the list',
    go: async ({ visitor, shop }) => {
      const sale = await shop.newSale({ name: unbroken });
      await visitor.products.open();
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
    name: 'a grab that was refused',
    go: async ({ visitor, shop, person }) => {
      const sale = await shop.newSale({ limit: 1 });
      await visitor.product.open(sale);
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
];

for (const { name, go } of signedOut) {
  test(`everybody can use ${name}`, async ({ visitor, person, shop, page }) => {
    await go({ visitor, person, shop, page, other: () => shop.newShopper() });
    await expectFitForAll(page);
  });
}

for (const { name, go } of signedIn) {
  test(`everybody can use ${name}`, async ({ shopper, person, shop, page }) => {
    await go({ visitor: shopper, person, shop, page, other: () => shop.newShopper() });
    await expectFitForAll(page);
  });
}

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

async function expectFitForAll(page: Page): Promise<void> {
  // Nothing half faded in: contrast is measured on what is there at last.
  await page.emulateMedia({ reducedMotion: 'reduce' });
  const { violations } = await new AxeBuilder({ page }).withTags(levels).analyze();
  const found = violations.flatMap(({ id, help, nodes }) =>
    nodes.map(node => `${id}: ${help}\n  ${node.html}\n  ${node.failureSummary ?? ''}`),
  );
  expect(found).toEqual([]);

  const own = page.viewportSize();
  for (const width of widths) {
    await page.setViewportSize({ width, height: 800 });
    const needed = await page.evaluate(() => document.documentElement.scrollWidth);
    expect(needed, `the page's width on a screen of ${width}`).toBeLessThanOrEqual(width);
  }
  if (own) await page.setViewportSize(own);
}
