import type { Locator, Page } from '@playwright/test';
import type { Words } from '../words.ts';

/** A seller's orders, and one of them. */
export class SoldPage {
  readonly form: Locator;
  readonly sale: Locator;
  readonly product: Locator;
  readonly status: Locator;
  readonly buyer: Locator;
  readonly from: Locator;
  readonly apply: Locator;
  readonly csv: Locator;
  readonly table: Locator;
  /** The orders in the list, by their numbers. */
  readonly links: Locator;
  readonly timeline: Locator;

  constructor(
    private readonly page: Page,
    words: Words,
  ) {
    const { order } = words.console;
    this.form = page.getByRole('form', { name: order.filter });
    this.sale = this.form.getByLabel(order.sale, { exact: true });
    this.product = this.form.getByLabel(order.product, { exact: true });
    this.status = this.form.getByLabel(order.status, { exact: true });
    this.buyer = this.form.getByLabel(order.buyer);
    this.from = this.form.getByLabel(order.from);
    this.apply = this.form.getByRole('button', { name: order.apply });
    this.csv = this.form.getByRole('link', { name: order.csv });
    this.table = page.getByRole('table', { name: words.console.orders, exact: true });
    this.links = this.table.getByRole('link');
    this.timeline = page.getByRole('region', { name: order.timeline }).getByRole('listitem');
  }

  async openOne(orderId: string): Promise<void> {
    await this.page.goto(`/seller/orders/${orderId}`);
  }

  async open(sale?: { saleId: string }): Promise<void> {
    await this.page.goto(sale ? `/seller/orders?sale=${sale.saleId}` : '/seller/orders');
  }
}
