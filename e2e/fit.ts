// What is true of every page in every state, and looked at in the tests of everybody.spec.ts.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { expect, test, type Page, type TestInfo } from '@playwright/test';

/** What axeSource leaves in a page. */
declare const axe: typeof import('axe-core');
// Every page reads it anew: the shorter form.
const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const widths = [320, 768, 1280, 1920];

/**
 * No WCAG 2.2 A or AA violation that axe can find, on the desktop in the light and on the phone in the dark; on no screen scrolling sideways, text that is cut, or
 * things that lie upon each other. How it looks goes into the report.
 */
export async function expectFitForAll(page: Page, info: TestInfo): Promise<void> {
  // Nothing half faded in: contrast is measured on what is there at last.
  await page.emulateMedia({ reducedMotion: 'reduce' });
  // What sticks to the top while people scroll covers nothing there.
  await page.evaluate(() => {
    scrollTo(0, 0);
  });
  await test.step('axe', () => expectAccessible(page));
  await test.step('picture', () => keepPicture(page, info));
  const size = page.viewportSize();
  for (const width of widths) await test.step(`a screen of ${width}`, () => expectNothingCut(page, width));
  if (size) await page.setViewportSize(size);
}

async function expectNothingCut(page: Page, width: number): Promise<void> {
  await page.setViewportSize({ width, height: 800 });
  // Charts are drawn anew by the server once they have another width.
  await expect(async () => {
    const { needed, faults } = await page.evaluate(look);
    expect(needed, `the page's width on a screen of ${width}`).toBeLessThanOrEqual(width);
    expect(faults, `what is cut or covered on a screen of ${width}`).toEqual([]);
  }).toPass({ timeout: 5_000 });
}

async function expectAccessible(page: Page): Promise<void> {
  await page.evaluate(axeSource);
  const { violations } = await page.evaluate(() =>
    axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'], resultTypes: ['violations'] }),
  );
  const found = violations.flatMap(({ id, help, nodes }) =>
    nodes.map(node => `${id}: ${help}\n  ${node.html}\n  ${node.failureSummary ?? ''}`),
  );
  expect(found).toEqual([]);
}

async function keepPicture(page: Page, info: TestInfo): Promise<void> {
  const body = await page.screenshot({ fullPage: true, type: 'jpeg', quality: 80, scale: 'css' });
  await info.attach(`${info.project.name}, ${info.project.use.colorScheme ?? ''}`, { body, contentType: 'image/jpeg' });
}

/** Runs in the page, from its top: how wide it is, text that its box cuts, and text or controls that lie upon others. */
function look(): { needed: number; faults: string[] } {
  interface Piece {
    element: Element;
    words: string;
    box: DOMRect;
  }

  scrollTo(0, 0);
  const faults: string[] = [];
  const pieces: Piece[] = [];
  // While a dialog is open, the page behind it is covered on purpose.
  const open = [...document.querySelectorAll('.mud-dialog, .reconnect')].filter(dialog => dialog.checkVisibility());
  const root = open.at(-1) ?? document.body;

  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const element = node.parentElement;
    const words = node.nodeValue?.trim() ?? '';
    if (!element || words === '' || isOutOfSight(element)) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    for (const box of range.getClientRects()) {
      if (box.width <= 1 || box.height <= 1) continue;
      pieces.push({ element, words: words.slice(0, 60), box });
      if (isCut(element, box)) faults.push(`cut: “${words.slice(0, 60)}”`);
    }
  }
  for (const control of root.querySelectorAll('button, input, select, textarea')) {
    const box = control.getBoundingClientRect();
    if (box.width <= 1 || box.height <= 1 || isOutOfSight(control)) continue;
    pieces.push({ element: control, words: control.getAttribute('aria-label') ?? control.tagName.toLowerCase(), box });
  }

  for (const [i, one] of pieces.entries()) {
    for (const two of pieces.slice(i + 1)) {
      if (one.element.contains(two.element) || two.element.contains(one.element) || !meet(one.box, two.box)) continue;
      faults.push(`upon each other: “${one.words}” and “${two.words}”`);
    }
  }
  return { needed: document.documentElement.scrollWidth, faults: [...new Set(faults)].slice(0, 20) };

  // A line's box is higher than its letters.
  function meet(one: DOMRect, two: DOMRect): boolean {
    const high = Math.min(one.height, two.height) * 0.3;
    return (
      Math.min(one.right, two.right) - Math.max(one.left, two.left) > 2 &&
      Math.min(one.bottom, two.bottom) - Math.max(one.top, two.top) > high
    );
  }

  function isOutOfSight(element: Element): boolean {
    if (!element.checkVisibility({ opacityProperty: true, visibilityProperty: true })) return true;
    if (element.closest('option, noscript, .visually-hidden, .skip-link')) return true;
    // Over the page on purpose: a message in passing.
    for (let at: Element | null = element; at && at !== root; at = at.parentElement) {
      if (getComputedStyle(at).position === 'fixed') return true;
    }
    return false;
  }

  function isCut(element: Element, box: DOMRect): boolean {
    if (box.left < -1 && !scrolls(element)) return true;
    for (let at: Element | null = element; at && at !== document.body; at = at.parentElement) {
      const { overflowX, overflowY } = getComputedStyle(at);
      if (/auto|scroll/.test(overflowX + overflowY)) return false;
      if (!/hidden|clip/.test(overflowX + overflowY)) continue;
      const around = at.getBoundingClientRect();
      const slack = box.height * 0.25;
      if (box.left < around.left - 1 || box.right > around.right + 1) return true;
      if (box.top < around.top - slack || box.bottom > around.bottom + slack) return true;
    }
    return false;
  }

  function scrolls(element: Element): boolean {
    for (let at: Element | null = element; at && at !== document.body; at = at.parentElement) {
      if (/auto|scroll/.test(getComputedStyle(at).overflowX)) return true;
    }
    return false;
  }
}
