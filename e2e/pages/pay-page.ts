import type { Locator, Page } from '@playwright/test';
import type { Words } from '../words.ts';

/** The sandbox gateway's page. */
export class PayPage {
  readonly heading: Locator;
  readonly confirm: Locator;
  readonly decline: Locator;
  readonly declined: Locator;
  readonly paid: Locator;
  readonly tooLate: Locator;
  readonly cancelled: Locator;
  readonly back: Locator;

  constructor(page: Page, words: Words) {
    this.heading = page.getByRole('heading', { level: 1, name: words.confirmPayment });
    this.confirm = page.getByRole('button', { name: words.confirmPayment });
    this.decline = page.getByRole('button', { name: words.decline });
    this.declined = page.getByRole('status').filter({ hasText: words.declined });
    this.paid = page.getByRole('status').filter({ hasText: words.payment.received });
    this.tooLate = page.getByRole('alert').filter({ hasText: words.payment.tooLate });
    this.cancelled = page.getByRole('alert').filter({ hasText: words.payment.cancelled });
    this.back = page.getByRole('main').getByRole('link', { name: words.backToOrder });
  }
}
