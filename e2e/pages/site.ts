import type { Locator, Page } from '@playwright/test';
import type { Words } from '../words.ts';

/** What every page has around it. */
export class Site {
  readonly signOut: Locator;
  readonly orders: Locator;
  readonly otherLanguage: Locator;

  constructor(
    private readonly page: Page,
    private readonly words: Words,
  ) {
    this.signOut = page.getByRole('button', { name: words.signOut });
    this.orders = page.getByRole('navigation').getByRole('link', { name: words.orders });
    this.otherLanguage = page.getByRole('link', { name: words.otherLanguage });
  }

  theme(name: keyof Words['themes']): Locator {
    return this.page.getByRole('contentinfo').getByRole('link', { name: this.words.themes[name] });
  }

  heading(name: string): Locator {
    return this.page.getByRole('heading', { level: 1, name, exact: true });
  }
}
