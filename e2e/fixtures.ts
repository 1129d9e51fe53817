import { test as base, type Page } from '@playwright/test';
import { Api } from './api.ts';
import { OrderPage } from './pages/order-page.ts';
import { PayPage } from './pages/pay-page.ts';
import { ProductPage } from './pages/product-page.ts';
import { ProductsPage } from './pages/products-page.ts';
import { RegisterPage } from './pages/register-page.ts';
import { SignInPage } from './pages/sign-in-page.ts';
import { Site } from './pages/site.ts';
import { newSeller, Shop, type Person } from './shop.ts';
import { watch } from './watch.ts';
import { wordsOf, type Words } from './words.ts';

/** One browser with somebody before it. */
export class Visitor {
  readonly site: Site;
  readonly products: ProductsPage;
  readonly product: ProductPage;
  readonly order: OrderPage;
  readonly pay: PayPage;
  readonly signIn: SignInPage;
  readonly register: RegisterPage;

  constructor(
    readonly page: Page,
    readonly words: Words,
  ) {
    this.site = new Site(page, words);
    this.products = new ProductsPage(page, words);
    this.product = new ProductPage(page, words);
    this.order = new OrderPage(page, words);
    this.pay = new PayPage(page, words);
    this.signIn = new SignInPage(page, words);
    this.register = new RegisterPage(page, words);
  }
}

interface TestFixtures {
  words: Words;
  shop: Shop;
  /** Whatever a test's browsers did that should not happen; not empty at the end fails the test. */
  problems: string[];
  /** Somebody signed out, in the test's own browser. */
  visitor: Visitor;
  /** An account of its own. */
  person: Person;
  /** Somebody signed in with that account, in the test's own browser. */
  shopper: Visitor;
  /** Further people, each with their own browser, account and session. */
  another: () => Promise<{ person: Person; visitor: Visitor }>;
}

export const test = base.extend<TestFixtures, { seller: Person }>({
  seller: [
    async ({ playwright }, use, worker) => {
      const http = await playwright.request.newContext({ baseURL: worker.project.use.baseURL ?? '' });
      await use(await newSeller(new Api(http)));
      await http.dispose();
    },
    { scope: 'worker' },
  ],
  words: async ({ locale }, use) => {
    await use(wordsOf(locale));
  },
  shop: async ({ playwright, baseURL, seller }, use) => {
    const http = await playwright.request.newContext({ baseURL: baseURL ?? '' });
    await use(new Shop(new Api(http), seller));
    await http.dispose();
  },
  problems: [
    // eslint-disable-next-line no-empty-pattern -- Playwright reads a fixture's needs from this pattern.
    async ({}, use) => {
      const problems: string[] = [];
      await use(problems);
      if (problems.length > 0) throw new Error(`The pages did not stay quiet:\n${problems.join('\n')}`);
    },
    { auto: true },
  ],
  context: async ({ context, problems }, use) => {
    await watch(context, problems);
    await use(context);
  },
  visitor: async ({ page, words }, use) => {
    await use(new Visitor(page, words));
  },
  person: async ({ shop }, use) => {
    await use(await shop.newShopper());
  },
  shopper: async ({ visitor, person }, use) => {
    await visitor.signIn.as(person);
    await use(visitor);
  },
  another: async ({ browser, shop, words, problems }, use) => {
    const contexts: { close: () => Promise<void> }[] = [];
    await use(async () => {
      const context = await browser.newContext();
      contexts.push(context);
      await watch(context, problems);
      const person = await shop.newShopper();
      const visitor = new Visitor(await context.newPage(), words);
      await visitor.signIn.as(person);
      return { person, visitor };
    });
    for (const context of contexts) await context.close();
  },
});

export { expect } from '@playwright/test';
