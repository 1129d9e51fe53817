import type { Locator, Page } from '@playwright/test';
import type { Words } from '../words.ts';

export class OrderPage {
  readonly heading: Locator;
  readonly state: Locator;
  readonly pay: Locator;
  readonly cancel: Locator;
  readonly question: Locator;
  readonly reallyCancel: Locator;
  readonly keep: Locator;
  readonly timeLeft: Locator;

  constructor(
    private readonly page: Page,
    words: Words,
  ) {
    this.heading = page.getByRole('heading', { level: 1, name: words.order, exact: true });
    this.state = page.getByRole('main').getByRole('status').first();
    this.pay = page.getByRole('link', { name: words.pay });
    this.cancel = page.getByRole('button', { name: words.cancel });
    this.question = page.getByRole('alertdialog', { name: words.cancelQuestion });
    this.reallyCancel = this.question.getByRole('button', { name: words.cancelYes });
    this.keep = this.question.getByRole('button', { name: words.cancelNo });
    this.timeLeft = page.getByRole('timer', { name: words.timeLeft });
  }

  async open(orderId: string): Promise<void> {
    await this.page.goto(`/orders/${orderId}`);
  }

  /** The number in the address. */
  get orderId(): string {
    return /\/orders\/(\d+)/.exec(this.page.url())?.[1] ?? '';
  }
}
