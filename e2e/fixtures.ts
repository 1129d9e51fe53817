import { test as base, type BrowserContext, type Cookie, type Page } from '@playwright/test';
import { Api } from './api.ts';
import { House, type Settings } from './house.ts';
import { ApplyPage } from './pages/apply-page.ts';
import { CockpitPage } from './pages/cockpit-page.ts';
import { OrderPage } from './pages/order-page.ts';
import { OwnProductPage } from './pages/own-product-page.ts';
import { OwnProductsPage } from './pages/own-products-page.ts';
import { PayPage } from './pages/pay-page.ts';
import { PlanPage } from './pages/plan-page.ts';
import { ProductPage } from './pages/product-page.ts';
import { ProductsPage } from './pages/products-page.ts';
import { RefusedTicketsPage } from './pages/refused-tickets-page.ts';
import { RegisterPage } from './pages/register-page.ts';
import { Reconnect } from './pages/reconnect.ts';
import { ReportPage } from './pages/report-page.ts';
import { SalesPage } from './pages/sales-page.ts';
import { SignInPage } from './pages/sign-in-page.ts';
import { Site } from './pages/site.ts';
import { SoldPage } from './pages/sold-page.ts';
import { UsersPage } from './pages/users-page.ts';
import { longEnough, newSeller, register, sessionOf, Shop, signInAdmin, type Person } from './shop.ts';
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
  readonly reconnect: Reconnect;
  readonly apply: ApplyPage;
  readonly sales: SalesPage;
  readonly plan: PlanPage;
  readonly cockpit: CockpitPage;
  readonly report: ReportPage;
  readonly sold: SoldPage;
  readonly ownProducts: OwnProductsPage;
  readonly ownProduct: OwnProductPage;
  readonly users: UsersPage;
  readonly refusedTickets: RefusedTicketsPage;

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
    this.reconnect = new Reconnect(page, words);
    this.apply = new ApplyPage(page, words);
    this.sales = new SalesPage(page, words);
    this.plan = new PlanPage(page, words);
    this.cockpit = new CockpitPage(page, words);
    this.report = new ReportPage(page, words);
    this.sold = new SoldPage(page, words);
    this.ownProducts = new OwnProductsPage(page, words);
    this.ownProduct = new OwnProductPage(page, words);
    this.users = new UsersPage(page, words);
    this.refusedTickets = new RefusedTicketsPage(page, words);
  }
}

interface TestFixtures {
  words: Words;
  shop: Shop;
  /** Whatever a test's browsers did that should not happen; what is not forgiven at the end fails the test. */
  problems: string[];
  /** Of a test that fails: what was to be seen at its end goes into the report. */
  keepPictures: (context: BrowserContext) => Promise<void>;
  /** What a test brings about on purpose, a lost connection for instance, is no problem. */
  forgive: (expected: RegExp) => void;
  forgiven: RegExp[];
  /** Somebody signed out, in the test's own browser. */
  visitor: Visitor;
  /** An account without a sale in common with any other test. */
  person: Person;
  /** Somebody signed in with that account, in the test's own browser. */
  shopper: Visitor;
  /** The seller of this test's sales, signed in, in the test's own browser. */
  merchant: Visitor;
  /** The admin, in a browser of their own. */
  admin: Visitor;
  /** One more browser, with somebody signed in or with a stranger before it. */
  browserOf: (person?: Person) => Promise<Visitor>;
  /** Further people, each with their own browser, account and session. */
  another: () => Promise<{ person: Person; visitor: Visitor }>;
  /** A shop with a process of its own, which the test may stop, start again and set up otherwise. */
  ownShop: (settings?: Settings) => Promise<OwnShop>;
}

/** A shop of one test: its process, what is behind its counter, and people who come to it. */
export interface OwnShop {
  house: House;
  shop: Shop;
  seller: Person;
  /** Somebody before a browser: signed in, or a stranger. */
  visitor: (person?: Person) => Promise<Visitor>;
}

interface WorkerFixtures {
  api: Api;
  seller: Person;
  /** Signs somebody in, once for this worker. */
  session: (person: Person) => Promise<Cookie[]>;
  /** The nth person of this worker. Sales differ from test to test, so people need not. */
  regular: (n: number) => Promise<Person>;
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
  session: [
    async ({ playwright }, use, worker) => {
      const known = new Map<string, Promise<Cookie[]>>();
      await use(person => {
        const session = known.get(person.userId) ?? sessionOf(person, playwright.request, worker.project.use.baseURL ?? '');
        known.set(person.userId, session);
        return session;
      });
    },
    { scope: 'worker' },
  ],
  regular: [
    async ({ api }, use) => {
      const known: Person[] = [];
      await use(async n => (known[n] ??= await register(api, 'shopper')));
    },
    { scope: 'worker' },
  ],
  words: async ({ locale }, use) => {
    await use(wordsOf(locale));
  },
  shop: async ({ api, seller }, use) => {
    await use(new Shop(api, seller));
  },
  // eslint-disable-next-line no-empty-pattern -- Playwright reads a fixture's needs from this pattern.
  forgiven: async ({}, use) => {
    await use([]);
  },
  forgive: async ({ forgiven }, use) => {
    await use(expected => forgiven.push(expected));
  },
  problems: [
    async ({ forgiven }, use) => {
      const problems: string[] = [];
      await use(problems);
      const left = unforgiven(problems, forgiven);
      if (left.length > 0) throw new Error(`The pages did not stay quiet:\n${left.join('\n')}`);
    },
    { auto: true },
  ],
  // Playwright itself would take a picture at the end of every test, in case that the end still fails: a twentieth of all the time.
  keepPictures: async ({ problems, forgiven }, use, testInfo) => {
    await use(async context => {
      if (testInfo.status === testInfo.expectedStatus && unforgiven(problems, forgiven).length === 0) return;
      for (const page of context.pages()) {
        const body = await page.screenshot({ timeout: 5_000 }).catch(() => undefined);
        if (body) await testInfo.attach(`picture of ${page.url()}`, { body, contentType: 'image/png' });
      }
    });
  },
  context: async ({ context, problems, keepPictures }, use) => {
    await watch(context, problems);
    await use(context);
    await keepPictures(context);
  },
  visitor: async ({ page, words }, use) => {
    await use(new Visitor(page, words));
  },
  person: async ({ regular }, use) => {
    await use(await regular(0));
  },
  shopper: async ({ visitor, person, session, context }, use) => {
    await context.addCookies(await session(person));
    await use(visitor);
  },
  merchant: async ({ visitor, seller, session, context }, use) => {
    await context.addCookies(await session(seller));
    await use(visitor);
  },
  admin: async ({ api, browserOf }, use) => {
    await use(await browserOf(await signInAdmin(api)));
  },
  browserOf: async ({ browser, session, words, problems, keepPictures }, use) => {
    const contexts: BrowserContext[] = [];
    await use(async person => {
      const context = await browser.newContext();
      contexts.push(context);
      await watch(context, problems);
      if (person) await context.addCookies(await session(person));
      return new Visitor(await context.newPage(), words);
    });
    for (const context of contexts) {
      await keepPictures(context);
      await context.close();
    }
  },
  another: async ({ browserOf, regular }, use) => {
    let others = 0;
    await use(async () => {
      const person = await regular(++others);
      return { person, visitor: await browserOf(person) };
    });
  },
  ownShop: async ({ playwright, browser, words, problems, forgive, keepPictures }, use, testInfo) => {
    testInfo.skip(isDeployed, 'The tests stop and start only what they started themselves.');
    // What a browser says when nobody answers.
    forgive(
      /net::ERR_|WebSocket|Connection disconnected|Cannot send data if the connection|Failed to (fetch|complete negotiation|start the connection)/,
    );
    // And from one that goes.
    forgive(/^503: \w+ .*\/_blazor/);
    const closing: (() => Promise<unknown>)[] = [];
    await use(async settings => {
      // On two slow cores the program alone takes ten seconds and more to start, and its first pages are slow.
      if (testInfo.timeout > 0) testInfo.setTimeout(testInfo.timeout + 45_000);
      const house = await House.open(settings);
      closing.push(() => house.close());
      const http = await playwright.request.newContext({ baseURL: house.address });
      closing.push(() => http.dispose());
      const api = new Api(http);
      const seller = await newSeller(api);
      const visitor = async (person?: Person): Promise<Visitor> => {
        const context = await browser.newContext({ baseURL: house.address });
        closing.push(
          () => context.close(),
          () => keepPictures(context),
        );
        await watch(context, problems);
        if (person) await context.addCookies(await sessionOf(person, playwright.request, house.address));
        return new Visitor(await context.newPage(), words);
      };
      return { house, shop: new Shop(api, seller, Math.max(longEnough, testInfo.timeout / 1_000)), seller, visitor };
    });
    for (const close of closing.toReversed()) await close();
  },
});

function unforgiven(problems: string[], forgiven: RegExp[]): string[] {
  return problems.filter(problem => !forgiven.some(expected => expected.test(problem)));
}

/** Whether the shop was there before the tests: BASE_URL. */
export const isDeployed = Boolean(process.env['BASE_URL']);

export { expect } from '@playwright/test';
