import type { Page } from '@playwright/test';
import { expect, test } from '../fixtures.ts';
import { otherThan } from '../words.ts';

test('a visitor switches the language, and it stays', async ({ visitor, page, words }) => {
  const other = otherThan(words);
  await visitor.products.open();
  await expect(page).toHaveTitle(new RegExp(words.products));
  await visitor.site.otherLanguage.click();
  await expect(visitor.site.heading(other.products)).toBeVisible();

  await page.reload();
  await expect(visitor.site.heading(other.products)).toBeVisible();
  expect(await page.evaluate(() => document.documentElement.lang)).toBe(other.language);
});

test('a visitor switches to the dark and back to the light, and it stays', async ({ visitor, page }) => {
  await visitor.products.open();
  await visitor.site.theme('dark').click();
  await expect(visitor.site.theme('dark')).toHaveAttribute('aria-current', 'true');
  expect(await brightness(page)).toBeLessThan(80);

  await page.reload();
  expect(await brightness(page)).toBeLessThan(80);

  await visitor.site.theme('light').click();
  await expect(visitor.site.theme('light')).toHaveAttribute('aria-current', 'true');
  expect(await brightness(page)).toBeGreaterThan(200);
});

test('who says nothing gets what the system shows', async ({ visitor, page }) => {
  await page.emulateMedia({ colorScheme: 'dark' });
  await visitor.products.open();
  expect(await brightness(page)).toBeLessThan(80);
  await page.emulateMedia({ colorScheme: 'light' });
  expect(await brightness(page)).toBeGreaterThan(200);
});

const brightness = (page: Page): Promise<number> =>
  page.evaluate(() => {
    const [red = 0, green = 0, blue = 0] = (getComputedStyle(document.body).backgroundColor.match(/[\d.]+/g) ?? []).map(Number);
    return (red + green + blue) / 3;
  });
