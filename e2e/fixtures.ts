import { test as base, type BrowserContext, type Cookie, type Page } from '@playwright/test';
import { Api } from './api.ts';
import { OrderPage } from './pages/order-page.ts';
import { PayPage } from './pages/pay-page.ts';
import { ProductPage } from './pages/product-page.ts';
import { ProductsPage } from './pages/products-page.ts';
import { RegisterPage } from './pages/register-page.ts';
import { SignInPage } from './pages/sign-in-page.ts';
import { Site } from './pages/site.ts';
import { newSeller, register, Shop, type Person } from './shop.ts';
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

interface Regular {
  person: Person;
  cookies: Cookie[];
}

interface TestFixtures {
  words: Words;
  shop: Shop;
  /** Whatever a test's browsers did that should not happen; not empty at the end fails the test. */
  problems: string[];
  /** Somebody signed out, in the test's own browser. */
  visitor: Visitor;
  /** An account without a sale in common with any other test. */
  person: Person;
  /** Somebody signed in with that account, in the test's own browser. */
  shopper: Visitor;
  /** Further people, each with their own browser, account and session. */
  another: () => Promise<{ person: Person; visitor: Visitor }>;
}

interface WorkerFixtures {
  api: Api;
  seller: Person;
  /** The nth person of this worker, signed in once. Sales differ from test to test, so people need not. */
  regular: (n: number) => Promise<Regular>;
}

export const test = base.extend<TestFixtures, WorkerFixtures>({
  api: [
    async ({ playwright }, use, worker) => {
      const http = await playwright.request.newContext({ baseURL: worker.project.use.baseURL ?? '' });
      await use(new Api(http));
      await http.dispose();
    },
    { scope: 'worker' },
  ],
  seller: [
    async ({ api }, use) => {
      await use(await newSeller(api));
    },
    { scope: 'worker' },
  ],
  regular: [
    async ({ api, browser }, use, worker) => {
      const known: Regular[] = [];
      await use(async n => {
        known[n] ??= await (async () => {
          const { baseURL = '', locale = 'en' } = worker.project.use;
          const person = await register(api, 'shopper');
          const context = await browser.newContext({ baseURL, locale });
          await new SignInPage(await context.newPage(), wordsOf(locale)).as(person);
          const { cookies } = await context.storageState();
          await context.close();
          return { person, cookies };
        })();
        return known[n];
      });
    },
    { scope: 'worker' },
  ],
  words: async ({ locale }, use) => {
    await use(wordsOf(locale));
  },
  shop: async ({ api, seller }, use) => {
    await use(new Shop(api, seller));
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
  person: async ({ regular }, use) => {
    await use((await regular(0)).person);
  },
  shopper: async ({ visitor, regular, context }, use) => {
    await context.addCookies((await regular(0)).cookies);
    await use(visitor);
  },
  another: async ({ browser, regular, words, problems }, use) => {
    const contexts: BrowserContext[] = [];
    await use(async () => {
      const context = await browser.newContext();
      contexts.push(context);
      await watch(context, problems);
      const { person, cookies } = await regular(contexts.length);
      await context.addCookies(cookies);
      return { person, visitor: new Visitor(await context.newPage(), words) };
    });
    for (const context of contexts) await context.close();
  },
});

export { expect } from '@playwright/test';
