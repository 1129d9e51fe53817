import type { Locator, Page } from '@playwright/test';
import type { Words } from '../words.ts';

/** Where a shopper asks to sell. */
export class ApplyPage {
  readonly message: Locator;
  readonly send: Locator;
  readonly main: Locator;

  constructor(
    private readonly page: Page,
    words: Words,
  ) {
    this.main = page.getByRole('main');
    this.message = this.main.getByRole('textbox', { name: words.console.apply.message });
    this.send = this.main.getByRole('button', { name: words.console.apply.send });
  }

  async open(): Promise<void> {
    await this.page.goto('/apply');
  }
}
