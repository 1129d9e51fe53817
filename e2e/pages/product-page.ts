import { expect, type Locator, type Page, type Response } from '@playwright/test';
import type { Words } from '../words.ts';

/** A product and its sale. */
export class ProductPage {
  readonly sale: Locator;
  /** Live: says what phase the sale is in. */
  readonly sentence: Locator;
  /** Live: what became of this shopper's grab. */
  readonly outcome: Locator;
  /** The one button of the sale, whatever it says at the moment. */
  readonly button: Locator;
  readonly grab: Locator;
  readonly signInToGrab: Locator;
  readonly quantity: Locator;
  readonly oneMore: Locator;
  readonly stock: Locator;
  readonly message: Locator;
  readonly timer: Locator;
  /** The page has lost its live line. */
  readonly offline: Locator;

  constructor(
    private readonly page: Page,
    words: Words,
  ) {
    this.sale = page.getByRole('region', { name: words.sale, exact: true });
    this.outcome = this.sale.getByRole('status', { name: words.yourGrab });
    this.sentence = this.sale.getByRole('status').first();
    this.button = this.sale.getByRole('button').last();
    this.grab = this.sale.getByRole('button', { name: words.grab });
    this.signInToGrab = this.sale.getByRole('link', { name: words.signInToGrab });
    this.quantity = this.sale.getByRole('spinbutton', { name: words.quantity });
    this.oneMore = this.sale.getByRole('button', { name: words.oneMore });
    this.stock = this.sale.getByRole('meter', { name: words.unitsLeft });
    this.message = this.sale.getByLabel(words.sellersMessage);
    this.timer = this.sale.getByRole('timer');
    this.offline = this.sale.getByText(words.reconnecting);
  }

  open(sale: { productId: string }): Promise<Response | null> {
    return this.page.goto(`/products/${sale.productId}`);
  }

  /** Opens it and waits for its script: before that, a click sends the plain form. For somebody signed in. */
  async openLive(sale: { productId: string }): Promise<void> {
    await this.open(sale);
    await expect(this.button).toHaveAttribute('aria-busy', 'false');
  }
}
