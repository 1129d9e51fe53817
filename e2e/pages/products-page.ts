import type { Locator, Page } from '@playwright/test';
import type { Words } from '../words.ts';

export class ProductsPage {
  readonly list: Locator;

  constructor(
    private readonly page: Page,
    words: Words,
  ) {
    this.list = page.getByRole('list', { name: words.products });
  }

  async open(): Promise<void> {
    await this.page.goto('/');
  }

  card(name: string): Locator {
    return this.list.getByRole('listitem').filter({ has: this.link(name) });
  }

  link(name: string): Locator {
    return this.page.getByRole('link', { name, exact: true });
  }
}
