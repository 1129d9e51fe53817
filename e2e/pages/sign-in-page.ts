import type { Locator, Page } from '@playwright/test';
import type { Person } from '../shop.ts';
import type { Words } from '../words.ts';

export class SignInPage {
  readonly userName: Locator;
  readonly password: Locator;
  readonly submit: Locator;
  readonly error: Locator;
  readonly toRegister: Locator;

  constructor(
    private readonly page: Page,
    words: Words,
  ) {
    const main = page.getByRole('main');
    this.userName = main.getByLabel(words.userName);
    this.password = main.getByLabel(words.password);
    this.submit = main.getByRole('button', { name: words.signIn });
    this.error = main.getByRole('alert');
    this.toRegister = main.getByRole('link', { name: words.register });
  }

  async open(): Promise<void> {
    await this.page.goto('/sign-in');
  }

  async fill(userName: string, password: string): Promise<void> {
    await this.userName.fill(userName);
    await this.password.fill(password);
    await this.submit.click();
  }

  /** Opens the page, signs in and waits until the shop knows who this is. */
  async as(person: Person): Promise<void> {
    await this.open();
    await this.fill(person.userName, person.password);
    await this.page.getByRole('banner').getByText(person.userName).waitFor({ state: 'attached' });
  }
}
