import { expect, test } from '../fixtures.ts';

const hour = 3_600_000;

for (const [words, off] of [
  ['an hour fast', hour],
  ['an hour slow', -hour],
] as const) {
  test(`the countdown is right on a device whose clock is ${words}`, { tag: '@desktop' }, async ({ shopper, shop, page }) => {
    const { product, order } = shopper;
    await page.addInitScript(shift => {
      const RealDate = Date;
      globalThis.Date = class extends RealDate {
        constructor(value: number | string | Date = RealDate.now() + shift) {
          super(value);
        }

        static override now(): number {
          return RealDate.now() + shift;
        }
      } as DateConstructor;
    }, off);
    const sale = await shop.newSale({ opensIn: 50 });
    const opensAt = async (): Promise<number> => Date.parse((await shop.product(sale)).sale?.opensAt ?? '');
    await product.open(sale);

    await expect(product.button).toContainText(/0:\d\d/);
    const shown = Number(/0:(\d\d)/.exec(await product.button.innerText())?.[1]);
    const left = ((await opensAt()) - (await shop.now())) / 1_000;
    expect(Math.abs(shown - left), `shown ${shown}, really ${left}`).toBeLessThan(2);
    await expect(product.button).toBeDisabled();

    await shop.opensIn(sale, 3);
    await expect(product.grab).toBeEnabled();
    expect(Math.abs((await shop.now()) - (await opensAt()))).toBeLessThan(2_000);
    await product.grab.click();
    await expect(order.heading).toBeVisible();
  });
}

test(
  'the countdown is right on a page that something on the way kept for an hour',
  { tag: '@desktop' },
  async ({ shopper, shop, page }) => {
    const { product } = shopper;
    const sale = await shop.newSale({ opensIn: 1_800 });
    const old = new Date((await shop.now()) - hour).toISOString();
    await page.addInitScript(rendered => {
      // Comes before the page's modules run.
      document.addEventListener('readystatechange', () => {
        for (const element of document.querySelectorAll<HTMLElement>('[data-now]')) element.dataset['now'] = rendered;
      });
    }, old);
    await product.open(sale);
    await expect(product.button).toContainText(/(?<![:\d])(29|30):\d\d/);
  },
);
