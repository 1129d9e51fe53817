import type { Locator, Page } from '@playwright/test';
import type { Words } from '../words.ts';

/** Over an interactive page while its server is away. */
export class Reconnect {
  readonly dialog: Locator;
  readonly retry: Locator;

  constructor(page: Page, words: Words) {
    this.dialog = page.getByRole('alertdialog', { name: words.connectionLost });
    this.retry = this.dialog.getByRole('button', { name: words.tryAgain });
  }
}
