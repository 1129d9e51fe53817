import type { Locator, Page } from '@playwright/test';
import type { Words } from '../words.ts';

/** A seller's products. */
export class OwnProductsPage {
  readonly query: Locator;
  readonly submit: Locator;
  readonly table: Locator;
  /** The products in the list, by their names. */
  readonly links: Locator;
  readonly next: Locator;
  /** On a phone, where the table has no head. */
  readonly cardSort: Locator;
  private readonly sortButtons: Locator;

  constructor(
    private readonly page: Page,
    words: Words,
  ) {
    this.query = page.getByRole('searchbox', { name: words.console.product.search });
    this.submit = page.getByRole('button', { name: words.console.search, exact: true });
    this.table = page.getByRole('table', { name: words.console.products });
    this.links = this.table.getByRole('link');
    this.next = page.getByRole('button', { name: words.console.nextPage });
    this.cardSort = page.getByRole('combobox', { name: words.console.product.sort, exact: true });
    this.sortButtons = this.table.getByRole('columnheader');
  }

  async open(): Promise<void> {
    await this.page.goto('/seller/products');
  }

  async find(words: string): Promise<void> {
    await this.query.fill(words);
    await this.submit.click();
  }

  /** The button in a column's head that sorts by it. */
  sort(column: string): Locator {
    return this.sortButtons.filter({ hasText: column }).getByRole('button');
  }
}
