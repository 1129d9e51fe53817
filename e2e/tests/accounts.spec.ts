import { expect, test } from '../fixtures.ts';
import { unique } from '../shop.ts';

test('who registers is told at each field what is wrong with it, and keeps what was right', async ({ visitor, words, person, page }) => {
  const { register } = visitor;
  await register.open();
  await register.submit.click();
  await expect(register.userName, 'the browser itself asks for what is missing').toBeFocused();
  await expect(register.userName).toHaveJSProperty('validity.valueMissing', true);

  await register.fill('a', 'short', { firstName: '   ', lastName: 'W'.repeat(51) });
  await expect(register.userName).toHaveAccessibleDescription(new RegExp(words.atLeast(3)));
  await expect(register.password).toHaveAccessibleDescription(new RegExp(words.atLeast(8)));
  await expect(register.firstName).toHaveAccessibleDescription(words.required);
  await expect(register.lastName).toHaveAccessibleDescription(words.atMost(50));
  await expect(register.userName).toHaveValue('a');
  await expect(register.password, 'a password is never sent back').toHaveValue('');

  await register.fill('not a name!', 'a long enough password');
  await expect(register.userName).toHaveAccessibleDescription(new RegExp(words.wrongForm));
  await expect(register.firstName, 'what is right is no longer complained about').toHaveAccessibleDescription('');

  await register.fill(person.userName.toUpperCase(), 'a long enough password');
  await expect(register.userName).toHaveAccessibleDescription(new RegExp(words.nameTaken));

  await register.fill(`shopper-${unique()}`, 'a long enough password');
  await expect(visitor.site.signOut).toBeVisible();
  await expect(page).toHaveURL('/');
});

test('a wrong password is told, and nothing about which part was wrong', async ({ visitor, person, words }) => {
  const { signIn } = visitor;
  await signIn.open();
  await signIn.submit.click();
  await expect(signIn.userName, 'the browser itself asks for what is missing').toBeFocused();

  for (const name of [person.userName, `nobody-${unique()}`]) {
    await signIn.fill(name, 'not the password');
    await expect(signIn.error).toHaveText(words.wrongPassword);
    await expect(signIn.userName).toHaveValue(name);
    await expect(signIn.password).toHaveValue('');
  }
});

test('a shopper who is signed out signs in and comes back to the product', async ({ visitor, person, shop, page }) => {
  const { product, order, signIn } = visitor;
  const sale = await shop.newSale();
  await product.open(sale);
  await product.signInToGrab.click();
  await signIn.fill(person.userName, 'not the password');
  await expect(signIn.error).toBeVisible();
  await signIn.fill(person.userName, person.password);

  await expect(page, 'also after a wrong password').toHaveURL(`/products/${sale.productId}`);
  await product.grab.click();
  await expect(order.heading).toBeVisible();
});

test(
  'a shopper whose session has ended is asked to sign in at the grab, and comes back',
  { tag: '@desktop' },
  async ({ shopper, person, shop, page }) => {
    const { product, order, signIn } = shopper;
    const sale = await shop.newSale();
    await product.openLive(sale);
    await page.context().clearCookies();
    await product.grab.click();

    await signIn.fill(person.userName, person.password);
    await expect(page).toHaveURL(`/products/${sale.productId}`);
    await product.grab.click();
    await expect(order.heading).toBeVisible();
    expect(await shop.orders(person, sale)).toHaveLength(1);
  },
);

test.describe('without scripts', () => {
  test.use({ javaScriptEnabled: false });

  test(
    'a shopper whose session has ended signs in at the grab, at the payment and at the cancellation, and comes back',
    { tag: '@desktop' },
    async ({ shopper, person, shop, page, words }) => {
      const { product, order, pay, signIn } = shopper;
      const sale = await shop.newSale();
      await product.open(sale);
      await page.context().clearCookies();
      await product.grab.click();
      await signIn.fill(person.userName, person.password);
      await expect(page).toHaveURL(`/products/${sale.productId}`);
      await product.grab.click();

      await order.cancel.click();
      await page.context().clearCookies();
      await order.reallyCancel.click();
      await signIn.fill(person.userName, person.password);
      await expect(order.state).toContainText(words.state.pendingPayment);

      await order.pay.click();
      await page.context().clearCookies();
      await pay.confirm.click();
      await signIn.fill(person.userName, person.password);
      await expect(pay.heading).toBeVisible();
      await pay.confirm.click();
      await expect(order.state).toContainText(words.state.paid);
    },
  );
});

test('who signs out is a stranger again', { tag: '@desktop' }, async ({ shopper, person, words, page }) => {
  const { site, signIn } = shopper;
  await page.goto('/orders');
  await expect(site.heading(words.orders)).toBeVisible();
  await expect(page.getByRole('banner')).toContainText(person.userName);
  await site.signOut.click();
  await expect(page.getByRole('banner')).not.toContainText(person.userName);
  await expect(site.orders).toHaveCount(0);

  await page.goto('/orders');
  await expect(signIn.userName).toBeVisible();
  await signIn.fill(person.userName, person.password);
  await expect(site.heading(words.orders), 'and comes back to where they wanted to go').toBeVisible();
});

test(
  'who is signed in already is told so on the sign-in page, and may change',
  { tag: '@desktop' },
  async ({ shopper, person, another, page, words }) => {
    const { signIn } = shopper;
    await signIn.open();
    await expect(page.getByRole('main').getByRole('status')).toContainText(words.signedInAs(person.userName));
    await signIn.as((await another()).person);
    await expect(page.getByRole('banner')).not.toContainText(person.userName);
  },
);

for (const elsewhere of ['https://example.com/', '//example.com', '/\\example.com']) {
  test(
    `a link that would lead to ${elsewhere} after signing in leads to the shop`,
    { tag: '@desktop' },
    async ({ visitor, person, page }) => {
      await page.goto(`/sign-in?returnUrl=${encodeURIComponent(elsewhere)}`);
      await visitor.signIn.fill(person.userName, person.password);
      await expect(visitor.site.signOut).toBeVisible();
      await expect(page).toHaveURL('/');
    },
  );
}

test('who tries too many passwords, or opens too many accounts, has to wait', { tag: '@desktop' }, async ({ ownShop, words }) => {
  // Making the seller takes two sign-ins and one account.
  const { visitor } = await ownShop({ Accounts__SignInTriesPerMinute: '3', Accounts__RegistrationsPerMinute: '2' });
  const { signIn, register, site, page } = await visitor();
  await register.open();
  await register.fill(`shopper-${unique()}`, 'a long enough password');
  await expect(site.signOut).toBeVisible();
  await expect(page.getByRole('main'), 'an empty shop says so').toContainText(words.noProducts);
  await site.signOut.click();
  await register.open();
  await register.fill(`shopper-${unique()}`, 'a long enough password');
  await expect(register.error).toContainText(words.tooManyTries);

  await signIn.open();
  // A permit comes back every so often: however slow this is, there are more tries than permits.
  await expect(async () => {
    await signIn.fill('nobody', 'not the password');
    await expect(signIn.error).toContainText(words.tooManyTries, { timeout: 2_000 });
  }).toPass();
});
