import { expect, type Locator, type Page } from '@playwright/test';
import type { Words } from '../words.ts';

export type Act = keyof Words['console']['cockpit']['done'];

/** One sale while it runs. */
export class CockpitPage {
  readonly state: Locator;
  readonly shopMessage: Locator;
  readonly dialog: Locator;
  readonly message: Locator;
  readonly units: Locator;
  readonly ends: Locator;
  readonly audit: Locator;
  readonly history: Locator;
  readonly grabs: Locator;
  readonly numbers: Locator;
  readonly numbersTable: Locator;
  readonly report: Locator;
  readonly refusals: Locator;

  constructor(
    private readonly page: Page,
    private readonly words: Words,
  ) {
    const { cockpit } = words.console;
    this.state = page.getByRole('region', { name: cockpit.state });
    this.shopMessage = this.state.getByLabel(cockpit.message);
    this.dialog = page.getByRole('dialog');
    this.message = this.dialog.getByLabel(cockpit.message);
    this.units = this.dialog.getByLabel(cockpit.units);
    this.ends = this.dialog.getByLabel(cockpit.ends);
    this.audit = page.getByRole('list', { name: cockpit.audit }).getByRole('listitem');
    this.history = page.getByRole('figure', { name: cockpit.history });
    this.grabs = page.getByRole('figure', { name: cockpit.grabs });
    this.numbers = page.getByText(cockpit.numbers);
    this.report = page.getByRole('link', { name: cockpit.report, exact: true });
    this.refusals = page.getByRole('table', { name: cockpit.refusals });
    this.numbersTable = page.getByRole('region', { name: cockpit.numbers });
  }

  async open({ saleId }: { saleId: string }): Promise<void> {
    await this.page.goto(`/seller/sales/${saleId}`);
  }

  /** Asks for one of the changes; its question opens. */
  button(act: Act): Locator {
    return this.page.getByRole('button', { name: this.words.console.cockpit[act], exact: true });
  }

  /** The answer to the question. */
  yes(act: Act): Locator {
    return this.dialog.getByRole('button', { name: this.words.console.cockpit[act], exact: true });
  }

  said(act: Act): Locator {
    return this.page.getByRole('alert').filter({ hasText: this.words.console.cockpit.done[act] });
  }

  /** One number of the state as it stands there: its name, and at once its value. */
  number(name: 'left' | 'awaiting' | 'paid' | 'conversion' | 'watching', value: number | string): RegExp {
    return new RegExp(`${this.words.console.cockpit[name]}${value}(?!\\d)`);
  }

  /** Asks, answers, and waits until it is done. */
  async do(act: Act, type?: (dialog: this) => Promise<void>): Promise<void> {
    await this.button(act).click();
    await expect(this.dialog).toBeVisible();
    await type?.(this);
    await this.yes(act).click();
    await expect(this.said(act)).toBeVisible();
    await expect(this.dialog).toBeHidden();
  }
}
