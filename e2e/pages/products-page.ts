import { expect, type Locator, type Page } from '@playwright/test';
import type { Words } from '../words.ts';

export class ProductsPage {
  readonly list: Locator;
  /** The products on this page of the list, by their names. */
  readonly links: Locator;
  readonly next: Locator;
  readonly previous: Locator;

  constructor(
    private readonly page: Page,
    words: Words,
  ) {
    this.list = page.getByRole('list', { name: words.products });
    this.links = this.list.getByRole('link');
    const pages = page.getByRole('navigation', { name: words.pages });
    this.next = pages.getByRole('link', { name: words.next });
    this.previous = pages.getByRole('link', { name: words.previous });
  }

  async open(): Promise<void> {
    await this.page.goto('/');
  }

  /** The page of the list that has a product on it: others may be putting up theirs meanwhile, and a stranger's list may be a second old. */
  async openAt(name: string): Promise<void> {
    await expect(async () => {
      await this.open();
      while ((await this.link(name).count()) === 0) await this.next.click({ timeout: 2_000 });
    }).toPass();
  }

  card(name: string): Locator {
    return this.list.getByRole('listitem').filter({ has: this.link(name) });
  }

  link(name: string): Locator {
    return this.page.getByRole('link', { name, exact: true });
  }
}
