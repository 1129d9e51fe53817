import { expect, type Locator, type Page } from '@playwright/test';
import type { Words } from '../words.ts';

/** The admin's list of people. */
export class UsersPage {
  readonly dialog: Locator;
  readonly suspendYes: Locator;
  readonly roleYes: Locator;
  private readonly query: Locator;
  private readonly submit: Locator;
  private readonly table: Locator;

  constructor(
    private readonly page: Page,
    private readonly words: Words,
  ) {
    this.query = page.getByRole('searchbox', { name: words.console.users.search });
    this.submit = page.getByRole('button', { name: words.console.search, exact: true });
    this.table = page.getByRole('table', { name: words.console.users.title });
    this.dialog = page.getByRole('dialog');
    this.roleYes = this.dialog.getByRole('button', { name: words.console.users.roleYes, exact: true });
    this.suspendYes = this.dialog.getByRole('button', { name: words.console.users.suspendYes, exact: true });
  }

  async open(): Promise<void> {
    await this.page.goto('/admin/users');
  }

  /** Searches for the one account of this name. */
  async find(userName: string): Promise<void> {
    await this.query.fill(userName);
    await this.submit.click();
    await expect(this.table.getByRole('combobox'), 'one account is left, with its role').toHaveCount(1);
  }

  role(userName: string): Locator {
    return this.table.getByLabel(this.words.console.users.roleOf(userName));
  }

  /** What is said in passing. */
  said(words: string): Locator {
    return this.page.getByRole('alert').filter({ hasText: words });
  }

  row(userName: string): Locator {
    return this.table.getByRole('row').filter({ hasText: userName });
  }

  button(act: 'approve' | 'refuse' | 'suspend' | 'unsuspend', userName: string): Locator {
    return this.page.getByRole('button', { name: this.words.console.users[act](userName) });
  }
}
