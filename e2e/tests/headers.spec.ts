import { expect, test } from '../fixtures.ts';

const policy = [
  "default-src 'self'",
  "script-src 'self'",
  "object-src 'none'",
  "frame-ancestors 'none'",
  "base-uri 'self'",
  "form-action 'self'",
  "connect-src 'self'",
];

for (const address of ['/', '/sign-in', '/products/1', '/no-such-page', '/app.css', '/theme.css', '/health/live']) {
  test(`browsers are told what not to do with ${address}`, { tag: '@desktop' }, async ({ request }) => {
    const headers = (await request.get(address, { headers: { Accept: 'text/html' } })).headers();
    const told = (headers['content-security-policy'] ?? '').split(';').map(rule => rule.trim());
    expect(told).toEqual(expect.arrayContaining(policy));
    expect(told.filter(rule => rule.startsWith('script-src')).join(), 'no script but our own files').not.toMatch(/unsafe|\*|http/);
    expect(headers).toMatchObject({
      'x-frame-options': 'DENY',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'strict-origin-when-cross-origin',
    });
    expect(headers).not.toHaveProperty('server');
  });
}

test('the console and the orders have the same headers as the shop', { tag: '@desktop' }, async ({ merchant }) => {
  for (const address of ['/seller/sales', '/orders']) {
    const response = await merchant.page.goto(address);
    expect(response?.status(), address).toBe(200);
    const headers = response?.headers() ?? {};
    for (const rule of policy) expect(headers['content-security-policy'], address).toContain(rule);
    expect(headers, address).toMatchObject({ 'x-frame-options': 'DENY', 'x-content-type-options': 'nosniff' });
  }
});

test("the API's answers are not sniffed and not kept", { tag: '@desktop' }, async ({ request }) => {
  for (const address of ['/api/products', '/api/orders', '/api/no-such-thing']) {
    expect((await request.get(address)).headers(), address).toMatchObject({
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
      'content-type': 'application/json; charset=utf-8',
    });
  }
});

test(
  'the cookie of a session cannot be read by a script, nor sent by another site',
  { tag: '@desktop' },
  async ({ shopper, page, context }) => {
    await shopper.products.open();
    const session = (await context.cookies()).find(({ name }) => name === 'Seckill');
    expect(session).toMatchObject({ httpOnly: true, sameSite: 'Lax' });
    expect(await page.evaluate(() => document.cookie)).not.toContain('Seckill');
  },
);

test('every style sheet and script arrives compressed', { tag: '@desktop' }, async ({ merchant: { page, sales } }) => {
  const encodings = new Map<string, string | undefined>();
  page.on('response', response => {
    if (['stylesheet', 'script'].includes(response.request().resourceType()))
      encodings.set(new URL(response.url()).pathname, response.headers()['content-encoding']);
  });
  await sales.open();
  expect([...encodings.keys()], 'the largest of them').toContainEqual(expect.stringMatching(/MudBlazor.*css/));
  expect([...encodings].filter(([, encoding]) => !/^(br|gzip|zstd)$/.test(encoding ?? ''))).toEqual([]);
});

test('a script that does not belong here does not run', { tag: '@desktop' }, async ({ visitor, page, forgive }) => {
  forgive(/Content Security Policy|Content policy/i);
  await visitor.products.open();
  await page.evaluate(() => {
    const script = document.createElement('script');
    script.textContent = 'document.documentElement.dataset.intruder = "was here"';
    document.body.append(script);
  });
  expect(await page.evaluate(() => document.documentElement.dataset['intruder'])).toBeUndefined();
});
