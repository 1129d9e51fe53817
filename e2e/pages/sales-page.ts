import type { Locator, Page } from '@playwright/test';
import type { Words } from '../words.ts';

/** A seller's sales. */
export class SalesPage {
  readonly start: Locator;
  readonly timeline: Locator;
  readonly table: Locator;

  constructor(
    private readonly page: Page,
    private readonly words: Words,
  ) {
    this.start = page.getByRole('link', { name: words.console.plan.start }).first();
    this.timeline = page.getByRole('group', { name: words.console.plan.timeline });
    this.table = page.getByRole('table', { name: words.console.sales });
  }

  async open(): Promise<void> {
    await this.page.goto('/seller/sales');
  }

  link(product: string): Locator {
    return this.table.getByRole('link', { name: product, exact: true });
  }

  copy(product: string): Locator {
    return this.table.getByRole('link', { name: this.words.console.plan.copy(product) });
  }

  edit(product: string): Locator {
    return this.table.getByRole('link', { name: this.words.console.plan.edit(product) });
  }
}
