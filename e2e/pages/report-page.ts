import type { Locator, Page } from '@playwright/test';
import type { Words } from '../words.ts';

type Figure = 'sold' | 'returned' | 'resold' | 'orders' | 'conversion' | 'revenue';

/** How one sale went. */
export class ReportPage {
  readonly figures: Locator;
  readonly account: Locator;
  readonly print: Locator;
  readonly numbers: Locator;
  readonly numbersTable: Locator;
  readonly navigation: Locator;

  constructor(
    private readonly page: Page,
    private readonly words: Words,
  ) {
    const { report } = words.console;
    this.figures = page.getByRole('region', { name: report.figures });
    this.account = page.getByRole('region', { name: report.account });
    this.print = page.getByRole('button', { name: report.print });
    this.numbers = page.getByText(words.console.cockpit.numbers);
    this.numbersTable = page.getByRole('region', { name: words.console.cockpit.numbers });
    this.navigation = page.getByRole('navigation');
  }

  async open({ saleId }: { saleId: string }): Promise<void> {
    await this.page.goto(`/seller/sales/${saleId}/report`);
  }

  /** One figure as it stands there: its name, and at once its value. */
  figure(name: Figure, value: number | string): RegExp {
    const { [name]: words } = this.words.console.report;
    return new RegExp(`${escaped(words)}${escaped(String(value))}(?!\\d)`);
  }
}

function escaped(text: string): string {
  return text.replace(/[.()]/g, '\\$&');
}
