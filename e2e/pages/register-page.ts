import type { Locator, Page } from '@playwright/test';
import type { Words } from '../words.ts';

export class RegisterPage {
  readonly userName: Locator;
  readonly password: Locator;
  readonly firstName: Locator;
  readonly lastName: Locator;
  readonly submit: Locator;
  readonly error: Locator;

  constructor(
    private readonly page: Page,
    words: Words,
  ) {
    const main = page.getByRole('main');
    this.userName = main.getByLabel(words.userName, { exact: true });
    this.password = main.getByLabel(words.password, { exact: true });
    this.firstName = main.getByLabel(words.firstName, { exact: true });
    this.lastName = main.getByLabel(words.lastName, { exact: true });
    this.submit = main.getByRole('button', { name: words.register });
    this.error = main.getByRole('alert');
  }

  async open(): Promise<void> {
    await this.page.goto('/register');
  }

  async fill(userName: string, password: string, { firstName = 'Lin', lastName = 'Wang' } = {}): Promise<void> {
    await this.userName.fill(userName);
    await this.password.fill(password);
    await this.firstName.fill(firstName);
    await this.lastName.fill(lastName);
    await this.submit.click();
  }
}
