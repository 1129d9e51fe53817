// People, products and sales for one test. Everything is made through the public API and has its own name, so tests share nothing.
import { randomUUID } from 'node:crypto';
import { expect, type APIRequest, type Cookie } from '@playwright/test';
import {
  Api,
  type Order,
  type Page,
  type ProductState,
  type SaleAccount,
  type SaleMoment,
  type SaleState,
  type SellerSale,
} from './api.ts';

export interface Person {
  userId: string;
  userName: string;
  password: string;
  api: Api;
}

export interface Product {
  productId: string;
  name: string;
}

export interface Sale extends Product {
  saleId: string;
}

export interface SalePlan {
  name?: string;
  description?: string;
  units?: number;
  /** Seconds from now. 0: open at once. */
  opensIn?: number;
  /** Seconds from the opening. */
  lasts?: number;
  /** Units one shopper may have. */
  limit?: number;
  /** Seconds a shopper has to pay. */
  paymentWindow?: number;
}

const password = 'flash-sale-e2e';

// Seconds. What is open costs the shop something: no longer than a test may take. Who steps through one has all the time they want.
export const longEnough = process.env['PWDEBUG'] ? 3_600 : 60;

export const unique = (): string => randomUUID().slice(0, 8);

export async function register(api: Api, role: string): Promise<Person> {
  const userName = `${role}-${unique()}`;
  const { userId } = await api.post<{ userId: string }>('/users/register', { userName, password, firstName: 'Lin', lastName: 'Wang' });
  return signedIn(api, userId, userName, password);
}

export async function signIn(api: Api, userName: string, secret: string): Promise<Person> {
  const { userId, token } = await api.post<{ userId: string; token: string }>('/users/login', { userName, password: secret });
  return { userId, userName, password: secret, api: api.as(token) };
}

async function signedIn(api: Api, userId: string, userName: string, secret: string): Promise<Person> {
  return { ...(await signIn(api, userName, secret)), userId };
}

/** Signs somebody in as a browser without scripts does, by the form on the sign-in page, and returns the session's cookies. */
export async function sessionOf(person: Person, request: APIRequest, baseURL: string): Promise<Cookie[]> {
  const http = await request.newContext({ baseURL });
  const page = await http.get('/sign-in');
  const form: Record<string, string> = { userName: person.userName, password: person.password };
  for (const [, name = '', value = ''] of (await page.text()).matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)"/g)) {
    form[name] = value;
  }
  const answer = await http.post(page.url(), { form, maxRedirects: 0 });
  expect(answer.status(), `${person.userName} is signed in and sent on`).toBe(302);
  const { cookies } = await http.storageState();
  await http.dispose();
  return cookies;
}

/** Whether the tests must do with one seller, and without the admin. */
export const withoutAdmin = Boolean(process.env['SELLER_USER']);

export function signInAdmin(api: Api): Promise<Person> {
  const { E2E_ADMIN_USER, E2E_ADMIN_PASSWORD } = process.env;
  return signIn(api, E2E_ADMIN_USER ?? '', E2E_ADMIN_PASSWORD ?? '');
}

/** A new seller, made one by the admin; or the one that SELLER_USER and SELLER_PASSWORD name. */
export async function newSeller(api: Api): Promise<Person> {
  const { SELLER_USER, SELLER_PASSWORD } = process.env;
  if (SELLER_USER && SELLER_PASSWORD) return signIn(api, SELLER_USER, SELLER_PASSWORD);

  const admin = await signInAdmin(api);
  const seller = await register(api, 'seller');
  await admin.api.put(`/admin/users/${seller.userId}/role`, { role: 'seller' });
  return seller;
}

export class Shop {
  constructor(
    private readonly api: Api,
    private readonly seller: Person,
    /** Seconds a sale lasts, and a shopper has to pay. */
    private readonly lasting = longEnough,
  ) {}

  newShopper(): Promise<Person> {
    return register(this.api, 'shopper');
  }

  async newProduct(plan: SalePlan = {}): Promise<Product> {
    const name = plan.name ?? `Lamp ${unique()}`;
    const { productId } = await this.seller.api.post<{ productId: string }>('/seller/products', {
      name,
      description: plan.description ?? 'Warm light, one switch.',
      price: 199,
      imageUrl: '/demo/lamp.svg',
    });
    if (plan.limit !== undefined) await this.seller.api.put(`/seller/products/${productId}/limit`, { quantity: plan.limit });
    return { productId, name };
  }

  /** A product with a sale, known to the whole shop when this returns. */
  async newSale(plan: SalePlan = {}): Promise<Sale> {
    return this.newSaleOf(await this.newProduct(plan), plan);
  }

  async newSaleOf({ productId, name }: Product, plan: SalePlan = {}): Promise<Sale> {
    const { opensIn = 0, lasts = this.lasting, units = 5 } = plan;
    const opensAt = (await this.now()) + opensIn * 1_000;
    const { saleId } = await this.seller.api.post<{ saleId: string }>('/seller/sales', {
      productId,
      price: 9.9,
      units,
      opensAt: new Date(opensAt).toISOString(),
      endsAt: new Date(opensAt + lasts * 1_000).toISOString(),
      paymentWindowSeconds: plan.paymentWindow ?? this.lasting,
    });
    const sale = { productId, saleId, name };
    await expect.poll(() => this.phase(sale), `the sale of ${name} is known`).not.toBeUndefined();
    return sale;
  }

  /** By the shop's clock. */
  async now(): Promise<number> {
    const { serverTime } = await this.api.get<{ serverTime: string }>('/time');
    return new Date(serverTime).getTime();
  }

  product(sale: Sale): Promise<ProductState> {
    return this.api.get(`/products/${sale.productId}`);
  }

  async phase(sale: Sale): Promise<SaleState['phase'] | undefined> {
    return (await this.product(sale)).sale?.phase;
  }

  account(sale: Sale): Promise<SaleAccount> {
    return this.seller.api.get(`/seller/sales/${sale.saleId}/account`);
  }

  /** As its seller sees it. */
  plan(sale: Sale): Promise<SellerSale> {
    return this.seller.api.get(`/seller/sales/${sale.saleId}`);
  }

  /** The seller's sales of one product, newest first. */
  async plans({ productId }: Product): Promise<SellerSale[]> {
    const { items } = await this.seller.api.get<Page<SellerSale>>('/seller/sales?limit=100');
    return items.filter(sale => sale.productId === productId);
  }

  /** What was done about a sale, newest first. */
  async audit(sale: Sale): Promise<string[]> {
    const { items } = await this.seller.api.get<Page<{ action: string }>>(`/seller/sales/${sale.saleId}/audit`);
    return items.map(entry => entry.action);
  }

  /** What a sale's charts show, oldest first. */
  async moments(sale: Sale): Promise<SaleMoment[]> {
    return (await this.seller.api.get<Page<SaleMoment>>(`/seller/sales/${sale.saleId}/history`)).items;
  }

  /** Waits until a sale's charts have something to show. */
  async sampled(sale: Sale): Promise<void> {
    await expect.poll(() => this.moments(sale), 'a sample is taken every few seconds').not.toHaveLength(0);
  }

  /** How many units of a product one shopper may buy, whatever the limit says. A running sale takes it over before this returns. */
  async quota({ productId }: Product, shopper: Person, remaining: number): Promise<void> {
    await this.seller.api.put(`/seller/products/${productId}/vip-limits/${shopper.userId}`, { remaining });
    await expect.poll(async () => (await shopper.api.get<ProductState>(`/products/${productId}`)).limit).toBe(remaining);
  }

  /** As somebody else does who has the same product open. */
  async rename({ productId }: Product, name: string): Promise<unknown> {
    const { items } = await this.seller.api.get<Page<Product & { updatedAt: string }>>('/seller/products?limit=100');
    const product = items.find(one => one.productId === productId);
    return this.seller.api.put(`/seller/products/${productId}`, { ...product, name });
  }

  /** A planned sale opens so many seconds from now instead. */
  async opensIn(sale: Sale, seconds: number): Promise<unknown> {
    const plan = await this.plan(sale);
    const opensAt = new Date((await this.now()) + seconds * 1_000).toISOString();
    return this.seller.api.put(`/seller/sales/${sale.saleId}`, { ...plan, opensAt });
  }

  pause(sale: Sale, message: string): Promise<unknown> {
    return this.seller.api.post(`/seller/sales/${sale.saleId}/pause`, { message });
  }

  resume(sale: Sale): Promise<unknown> {
    return this.seller.api.post(`/seller/sales/${sale.saleId}/resume`);
  }

  end(sale: Sale): Promise<unknown> {
    return this.seller.api.post(`/seller/sales/${sale.saleId}/end`);
  }

  /** Grabs without a browser, as from another device, and waits for the order. */
  async grab(shopper: Person, sale: Sale, quantity = 1): Promise<string> {
    const { seckillId } = await shopper.api.post<{ seckillId: string }>('/seckill', { productId: sale.productId, quantity });
    let orderId = '';
    const written = async (): Promise<boolean> => {
      orderId = (await shopper.api.get<{ orderId: string | null }>(`/seckill/${seckillId}`)).orderId ?? '';
      return orderId !== '';
    };
    await expect.poll(written, 'the order is written').toBe(true);
    return orderId;
  }

  pay(shopper: Person, orderId: string): Promise<Order> {
    return shopper.api.post(`/orders/${orderId}/pay`);
  }

  cancel(shopper: Person, orderId: string): Promise<Order> {
    return shopper.api.post(`/orders/${orderId}/cancel`);
  }

  /** What a shopper ordered in one sale. */
  async orders(shopper: Person, sale: Sale): Promise<Order[]> {
    const { items } = await shopper.api.get<Page<Order>>('/orders');
    return items.filter(order => order.productId === sale.productId);
  }
}
