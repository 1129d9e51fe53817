import { expect, type Locator, type Page } from '@playwright/test';
import type { Words } from '../words.ts';

/** The form of one product of a seller. */
export class OwnProductPage {
  readonly form: Locator;
  readonly name: Locator;
  readonly description: Locator;
  readonly price: Locator;
  readonly imageUrl: Locator;
  readonly create: Locator;
  readonly save: Locator;
  readonly saved: Locator;
  readonly upload: Locator;
  readonly uploaded: Locator;
  readonly picture: Locator;
  readonly conflict: Locator;
  readonly take: Locator;
  readonly keep: Locator;
  readonly limit: Locator;
  readonly saveLimit: Locator;
  readonly archive: Locator;
  readonly archiveYes: Locator;
  readonly restore: Locator;
  readonly quotaUser: Locator;
  readonly quotaUnits: Locator;
  readonly setQuota: Locator;
  readonly quotaList: Locator;
  /** Whoever has a quota of their own. */
  readonly quotas: Locator;
  /** What is wrong with a list of quotas, line by line. */
  readonly badLines: Locator;

  constructor(
    private readonly page: Page,
    private readonly words: Words,
  ) {
    const { product } = words.console;
    this.form = page.getByRole('form', { name: product.details });
    this.name = this.form.getByLabel(product.name, { exact: true });
    this.description = this.form.getByLabel(product.description);
    this.price = this.form.getByLabel(product.price);
    this.imageUrl = this.form.getByLabel(product.imageUrl);
    this.create = this.form.getByRole('button', { name: product.create });
    this.save = this.form.getByRole('button', { name: product.save, exact: true });
    this.saved = page.getByRole('alert').filter({ hasText: product.saved });
    this.upload = this.form.getByLabel(product.upload);
    this.uploaded = page.getByRole('alert').filter({ hasText: product.uploaded });
    this.picture = this.form.getByRole('img', { name: product.picture });
    this.conflict = this.form.getByRole('alert', { name: product.conflict });
    this.take = this.conflict.getByRole('button', { name: product.take });
    this.keep = this.conflict.getByRole('button', { name: product.keep });
    this.limit = page.getByLabel(product.limit);
    this.saveLimit = page.getByRole('button', { name: product.saveLimit });
    this.archive = this.form.getByRole('button', { name: product.archive, exact: true });
    this.archiveYes = page.getByRole('dialog').getByRole('button', { name: product.archive, exact: true });
    this.restore = this.form.getByRole('button', { name: product.restore });
    const quota = page.getByRole('form', { name: product.quotas });
    this.quotaUser = quota.getByLabel(product.quotaUser);
    this.quotaUnits = quota.getByLabel(product.quotaUnits, { exact: true });
    this.setQuota = quota.getByRole('button');
    this.quotaList = page.getByLabel(product.quotaList);
    this.quotas = page.getByRole('list', { name: product.quotas }).getByRole('listitem');
    this.badLines = page.getByRole('alert').filter({ has: page.getByRole('table') });
  }

  removeQuota(userName: string): Locator {
    return this.page.getByRole('button', { name: this.words.console.product.removeQuota(userName) });
  }

  /** Chooses a file, as soon as the page listens: it is drawn a moment before, and faster than any person finds a file. */
  async choose(input: Locator, file: { name: string; mimeType: string; buffer: Buffer }): Promise<void> {
    await expect.poll(() => input.evaluate(element => '_blazorInputFileNextFileId' in element)).toBe(true);
    await input.setInputFiles(file);
  }

  async openNew(): Promise<void> {
    await this.page.goto('/seller/products/new');
  }

  /** What is said in passing. */
  said(words: string): Locator {
    return this.page.getByRole('alert').filter({ hasText: words });
  }

  async open({ productId }: { productId: string }): Promise<void> {
    await this.page.goto(`/seller/products/${productId}`);
  }
}
