import type { Locator, Page, Response } from '@playwright/test';
import type { Words } from '../words.ts';

/** The admin's list of tickets that did not become orders. */
export class RefusedTicketsPage {
  readonly table: Locator;

  constructor(
    private readonly page: Page,
    words: Words,
  ) {
    this.table = page.getByRole('table', { name: words.console.refusedTickets.title });
  }

  open(): Promise<Response | null> {
    return this.page.goto('/admin/refused-tickets');
  }
}
