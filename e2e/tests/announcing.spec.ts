// What somebody hears who does not see the page: which regions speak, what they say, and that the clock does not.
import type { Page } from '@playwright/test';
import { expect, test } from '../fixtures.ts';
import { hold, interactive } from '../network.ts';

test(
  'a screen reader hears a sale open, and not one tick of the countdown before',
  { tag: '@desktop' },
  async ({ shopper, shop, page, words }) => {
    const { product } = shopper;
    const sale = await shop.newSale({ opensIn: 8 });
    await product.open(sale);
    await expect(product.button).toContainText(/0:0\d/);
    const heard = await listen(page);
    const before = await product.button.innerText();
    await expect.poll(() => product.button.innerText(), 'the countdown ticks').not.toBe(before);
    const later = await product.button.innerText();
    await expect.poll(() => product.button.innerText(), 'and ticks').not.toBe(later);
    expect(await heard()).toEqual([]);

    await expect(product.grab).toBeEnabled();
    await expect.poll(heard).toEqual([expect.stringContaining(words.phase.open)]);
    await expect(product.timer, 'it may be asked for at any time').toHaveAccessibleName(words.countdown.ends);
  },
);

test(
  'a screen reader hears every change of a sale once, with what its seller says',
  { tag: '@desktop' },
  async ({ visitor, person, shop, page, words }) => {
    const { product } = visitor;
    const { phase } = words;
    const sale = await shop.newSale({ units: 1 });
    await product.open(sale);
    await expect(product.sentence).toContainText(phase.open);
    await expect(product.signInToGrab).toBeVisible();
    const heard = await listen(page);
    const orderId = await shop.grab(person, sale);
    await expect(product.sentence).toContainText(phase.soldOutForNow);
    await shop.cancel(person, orderId);
    await expect(product.sentence).toContainText(phase.open);
    await shop.pause(sale, 'We count again.');
    await expect(product.message).toHaveText('We count again.');
    await shop.resume(sale);
    await expect(product.sentence).toContainText(phase.open);
    await shop.end(sale);
    await expect(product.sentence).toContainText(phase.ended);

    const said = [phase.soldOutForNow, phase.open, `${phase.paused}.*We count again\\.`, phase.open, phase.ended];
    await expect.poll(heard).toEqual(said.map(words => expect.stringMatching(new RegExp(words, 's'))));
  },
);

test('a screen reader hears what becomes of a grab', { tag: '@desktop' }, async ({ shopper, person, shop, page, words }) => {
  const { product } = shopper;
  const sale = await shop.newSale({ limit: 1 });
  await product.openLive(sale);
  await shop.grab(person, sale);
  const answer = await hold(page, '**/api/seckill');
  const heard = await listen(page);
  await product.grab.click();
  await answer.asked;
  await expect.poll(heard).toEqual([words.sending]);
  answer.letGo();
  await expect.poll(heard).toEqual([words.sending, expect.stringContaining(words.overLimit)]);
});

test(
  'a screen reader hears that an order is paid, cancelled or too late',
  { tag: '@desktop' },
  async ({ shopper, person, shop, page, words }) => {
    const { order } = shopper;
    const { state } = words;
    const late = await shop.grab(person, await shop.newSale({ paymentWindow: 5 }));
    await interactive(page, () => order.open(late));
    const heard = await listen(page);
    await expect(order.state).toContainText(state.timedOut, { timeout: 15_000 });
    const said = await heard();
    expect(said.at(-1)).toContain(state.timedOut);
    expect(said.length, 'closing and closed, and no tick').toBeLessThanOrEqual(2);

    const orderId = await shop.grab(person, await shop.newSale());
    await interactive(page, () => order.open(orderId));
    const heardOfPaying = await listen(page);
    await shop.pay(person, orderId);
    await expect.poll(async () => (await heardOfPaying()).at(-1)).toContain(state.paid);
  },
);

test('the question whether to cancel takes the focus, and gives it back', { tag: '@desktop' }, async ({ shopper, person, shop }) => {
  const { order } = shopper;
  await order.open(await shop.grab(person, await shop.newSale()));
  await order.cancel.click();
  await expect(order.question).toBeFocused();
  await order.keep.click();
  await expect(order.cancel).toBeFocused();
});

test('a sale is built for ears, too', async ({ shopper, person, shop, words }) => {
  const { product } = shopper;
  const sale = await shop.newSale({ units: 5, limit: 3, lasts: 600 });
  await product.openLive(sale);
  await expect(product.sale).toMatchAriaSnapshot(`
    - region "${words.sale}":
      - text: ${words.badge.open}
      - timer "${words.countdown.ends}": /\\d+/
      - paragraph: /¥9\\.90/
      - meter "${words.unitsLeft}"
      - text: ${words.left(5, 5)}
      - status:
        - paragraph: /${words.phase.open}/
      - paragraph: ${words.limit(3)}
      - group "${words.quantity}":
        - button "${words.oneFewer}" [disabled]
        - spinbutton "${words.quantity}": "1"
        - button "${words.oneMore}"
      - button "${words.grab}"
      - status "${words.yourGrab}"
      - paragraph
      - status
  `);

  await shop.grab(person, sale, 3);
  await product.openLive(sale);
  await expect(product.sale).toMatchAriaSnapshot(`
    - region "${words.sale}":
      - status:
        - paragraph: /${words.phase.open}/
      - paragraph:
        - text: ${words.limitHeld(3, 3)}
        - link "${words.orders}"
      - group "${words.quantity}":
        - spinbutton "${words.quantity}" [disabled]: "1"
      - button "${words.limitReached}" [disabled]
      - status "${words.yourGrab}"
  `);
});

test('a paused sale reads out what its seller says', async ({ visitor, shop, words }) => {
  const { product } = visitor;
  const sale = await shop.newSale();
  await shop.pause(sale, 'We count again.');
  await product.open(sale);
  await expect(product.sale).toMatchAriaSnapshot(`
    - region "${words.sale}":
      - text: ${words.badge.paused}
      - status:
        - paragraph: /${words.phase.paused}/
        - blockquote "${words.sellersMessage}": We count again.
      - link "${words.signInToGrab}"
  `);
});

test('an order and its payment are built for ears, too', async ({ shopper, person, shop, page, words }) => {
  const { order } = shopper;
  const sale = await shop.newSale({ paymentWindow: 600 });
  await order.open(await shop.grab(person, sale));
  await expect(page.getByRole('main')).toMatchAriaSnapshot(`
    - main:
      - region "${words.order}":
        - heading "${words.order}" [level=1]
        - status:
          - paragraph: /${words.state.pendingPayment}/
        - heading "${sale.name}" [level=2]
        - timer "${words.timeLeft}": /\\d+/
        - term: ${words.total}
        - definition: ¥9.90
        - link /¥9\\.90/
        - button "${words.cancel}"
  `);
  await order.pay.click();
  await expect(page.getByRole('main')).toMatchAriaSnapshot(`
    - main:
      - region "${words.confirmPayment}":
        - heading "${words.confirmPayment}" [level=1]
        - timer "${words.timeLeft}": /\\d+/
        - button "${words.confirmPayment}"
        - button "${words.decline}"
  `);
});

test(
  'every page has its landmarks, one heading of the first level, and a title of its own',
  { tag: '@desktop' },
  async ({ shopper, shop, page, words }) => {
    const sale = await shop.newSale();
    const titles = new Set<string>();
    const addresses = ['/', `/products/${sale.productId}`, '/sign-in', '/register', '/orders', '/apply', '/no-such-page'];
    for (const address of addresses) {
      await page.goto(address);
      await expect(page.getByRole('heading', { level: 1 }), address).toHaveCount(1);
      titles.add(await page.title());
    }
    expect([...titles]).toHaveLength(addresses.length);

    await shopper.products.open();
    await expect(page).toMatchAriaSnapshot(`
    - link "${words.skip}"
    - banner:
      - navigation
    - main:
      - heading "${words.products}" [level=1]
      - list "${words.products}"
    - contentinfo:
      - navigation
  `);
  },
);

/** Everything that live regions of the page say from now on. A change is heard once it is complete. */
async function listen(page: Page): Promise<() => Promise<string[]>> {
  await page.evaluate(() => {
    const regions = '[role=status], [role=alert], [aria-live=polite], [aria-live=assertive]';
    const heard: string[] = [];
    const said = new WeakMap<Element, string>();
    const words = (region: Element): string => (region as HTMLElement).innerText.trim();
    for (const region of document.querySelectorAll(regions)) said.set(region, words(region));
    Object.assign(globalThis, { heard });
    new MutationObserver(changes => {
      const changed = new Set<Element>();
      for (const { target } of changes) {
        const element = target instanceof Element ? target : target.parentElement;
        // The outermost: one change is said once.
        let region = element?.closest(regions);
        for (let outer = region; outer; outer = outer.parentElement?.closest(regions)) region = outer;
        if (region) changed.add(region);
      }
      for (const region of changed) {
        const now = words(region);
        if (now !== (said.get(region) ?? '') && now !== '') heard.push(now);
        said.set(region, now);
      }
    }).observe(document.body, { subtree: true, childList: true, characterData: true, attributes: true, attributeFilter: ['hidden'] });
  });
  return () => page.evaluate(() => (globalThis as unknown as { heard: string[] }).heard.slice());
}
