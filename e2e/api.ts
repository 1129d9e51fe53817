// The shop's public HTTP API, as another program would call it.
import type { APIRequestContext } from '@playwright/test';

interface Envelope<T> {
  code: number;
  message: string;
  data: T;
}

export interface SaleState {
  saleId: string;
  price: number;
  opensAt: string;
  endsAt: string;
  units: number;
  left: number;
  phase: 'upcoming' | 'open' | 'soldOutForNow' | 'soldOut' | 'paused' | 'ended';
  message: string | null;
}

export interface ProductState {
  productId: string;
  name: string;
  sale: SaleState | null;
  serverTime: string;
  limit?: number;
  held?: number;
}

export interface Order {
  orderId: string;
  seckillId: string;
  status: 'pendingPayment' | 'paid' | 'cancelled' | 'timedOut';
  productId: string;
  quantity: number;
  payBefore: string;
}

export interface Page<T> {
  items: T[];
  total: number;
}

export interface SellerSale {
  saleId: string;
  productId: string;
  price: number;
  units: number;
  opensAt: string;
  endsAt: string;
  paymentWindowSeconds: number;
  phase: SaleState['phase'];
}

export interface SaleMoment {
  at: string;
  left: number;
  awaitingPayment: number;
  paid: number;
}

export interface SaleAccount {
  units: number;
  left: number;
  queued: number;
  awaitingPayment: number;
  paid: number;
  difference: number | null;
}

const tooMany = 42900;
const notNow = 50300;

/** The API's answer when it was no success. */
export class Refused extends Error {
  constructor(
    readonly code: number,
    message: string,
  ) {
    super(`${code}: ${message}`);
  }
}

export class Api {
  constructor(
    private readonly http: APIRequestContext,
    private readonly token?: string,
  ) {}

  as(token: string): Api {
    return new Api(this.http, token);
  }

  get<T>(path: string): Promise<T> {
    return this.#ask('GET', path);
  }

  post<T>(path: string, body?: unknown): Promise<T> {
    return this.#ask('POST', path, body);
  }

  put<T>(path: string, body: unknown): Promise<T> {
    return this.#ask('PUT', path, body);
  }

  async #ask<T>(method: string, path: string, body?: unknown): Promise<T> {
    for (let tries = 1; ; tries++) {
      const response = await this.http.fetch(`/api${path}`, {
        method,
        headers: this.token ? { Authorization: `Bearer ${this.token}` } : {},
        ...(body !== undefined && { data: body }),
      });
      const answer = (await response.json()) as Envelope<T>;
      if (answer.code === 0) return answer.data;
      // A deployed shop lets one address open only so many accounts in a minute, and says how long to wait.
      if ((answer.code !== tooMany && answer.code !== notNow) || tries === 5) throw new Refused(answer.code, answer.message);
      await new Promise(later => setTimeout(later, 1_000 * Number(response.headers()['retry-after'] ?? 1)));
    }
  }
}
