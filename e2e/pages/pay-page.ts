import type { Locator, Page } from '@playwright/test';
import type { Words } from '../words.ts';

/** The sandbox gateway's page. */
export class PayPage {
  readonly heading: Locator;
  readonly confirm: Locator;
  readonly decline: Locator;
  readonly declined: Locator;

  constructor(page: Page, words: Words) {
    this.heading = page.getByRole('heading', { level: 1, name: words.confirmPayment });
    this.confirm = page.getByRole('button', { name: words.confirmPayment });
    this.decline = page.getByRole('button', { name: words.decline });
    this.declined = page.getByRole('status').filter({ hasText: words.declined });
  }
}
