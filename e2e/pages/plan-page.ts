import type { Locator, Page } from '@playwright/test';
import type { Words } from '../words.ts';

/** The form of a sale. */
export class PlanPage {
  readonly form: Locator;
  readonly product: Locator;
  readonly price: Locator;
  readonly units: Locator;
  readonly opens: Locator;
  readonly ends: Locator;
  readonly window: Locator;
  readonly submit: Locator;
  readonly save: Locator;
  readonly conflict: Locator;
  readonly preview: Locator;
  readonly previewWhen: Locator;

  constructor(
    private readonly page: Page,
    words: Words,
  ) {
    const { plan, product } = words.console;
    this.form = page.getByRole('form', { name: plan.form });
    this.product = this.form.getByLabel(plan.product, { exact: true });
    this.price = this.form.getByLabel(plan.price);
    this.units = this.form.getByLabel(plan.units);
    this.opens = this.form.getByLabel(plan.opens, { exact: true });
    this.ends = this.form.getByLabel(plan.ends, { exact: true });
    this.window = this.form.getByLabel(plan.window);
    this.submit = this.form.getByRole('button', { name: plan.submit });
    this.save = this.form.getByRole('button', { name: plan.save, exact: true });
    this.conflict = this.form.getByRole('alert', { name: product.conflict });
    this.preview = page.getByRole('region', { name: plan.preview });
    this.previewWhen = this.preview.getByLabel(plan.previewWhen);
  }

  async open(): Promise<void> {
    await this.page.goto('/seller/sales/new');
  }

  /** The form, with its product chosen already. */
  async openFor({ productId }: { productId: string }): Promise<void> {
    await this.page.goto(`/seller/sales/new?product=${productId}`);
  }

  async edit({ saleId }: { saleId: string }): Promise<void> {
    await this.page.goto(`/seller/sales/${saleId}/edit`);
  }
}
