import { expect, test } from '../../fixtures.ts';
import { withoutAdmin } from '../../shop.ts';

test.skip(withoutAdmin, 'Only the admin decides who may sell.');

test('a shopper applies to sell, the admin approves, and the console opens', async ({ shop, browserOf, admin, words }) => {
  const person = await shop.newShopper();
  const applicant = await browserOf(person);
  await applicant.apply.open();
  await applicant.apply.message.fill('Lamps, ten a day. / 台灯，每天十盏。');
  await applicant.apply.send.click();
  await expect(applicant.apply.main).toContainText(words.console.apply.pending);
  await applicant.sales.open();
  await expect(applicant.site.heading(words.notFound)).toBeVisible();

  await admin.users.open();
  await admin.users.find(person.userName);
  await expect(admin.users.row(person.userName)).toContainText('台灯，每天十盏。');
  await admin.users.button('approve', person.userName).click();
  await expect(admin.page.getByRole('alert').filter({ hasText: words.console.users.approved(person.userName) })).toBeVisible();

  await applicant.sales.open();
  await expect(applicant.site.heading(words.console.sales)).toBeVisible();
  await expect(applicant.sales.start).toBeVisible();
});

test(
  'a shopper whose application is refused reads so, and may ask again',
  { tag: '@desktop' },
  async ({ shop, browserOf, admin, words }) => {
    const person = await shop.newShopper();
    await person.api.post('/seller/application', { message: 'Please.' });
    const applicant = await browserOf(person);
    await admin.users.open();
    await admin.users.find(person.userName);
    await admin.users.button('refuse', person.userName).click();
    await expect(admin.page.getByRole('alert').filter({ hasText: words.console.users.refused(person.userName) })).toBeVisible();

    await applicant.apply.open();
    await expect(applicant.apply.main).toContainText(words.console.apply.refused);
    await applicant.sales.open();
    await expect(applicant.site.heading(words.notFound)).toBeVisible();
    await applicant.apply.open();
    await applicant.apply.message.fill('Once more.');
    await applicant.apply.send.click();
    await expect(applicant.apply.main).toContainText(words.console.apply.pending);
  },
);

test('the admin makes a shopper a seller, after being asked', { tag: '@desktop' }, async ({ shop, browserOf, admin, words }) => {
  const { users } = words.console;
  const person = await shop.newShopper();
  await admin.users.open();
  await admin.users.find(person.userName);
  await admin.users.role(person.userName).selectOption(users.seller);
  await admin.users.dialog.getByRole('button', { name: words.console.back }).click();
  await expect(admin.users.role(person.userName), 'nothing has changed').toHaveValue('Shopper');

  await admin.users.role(person.userName).selectOption(users.seller);
  await admin.users.roleYes.click();
  await expect(admin.users.said(users.roleChanged(person.userName))).toBeVisible();
  const seller = await browserOf(person);
  await seller.sales.open();
  await expect(seller.sales.start).toBeVisible();
});

test(
  'who is suspended is out at once, and comes back when the admin lets them',
  { tag: '@desktop' },
  async ({ shop, browserOf, admin, words }) => {
    const person = await shop.newShopper();
    const suspended = await browserOf(person);
    await suspended.page.goto('/orders');
    await expect(suspended.site.heading(words.orders)).toBeVisible();

    await admin.users.open();
    await admin.users.find(person.userName);
    await admin.users.button('suspend', person.userName).click();
    await admin.users.suspendYes.click();
    await expect(admin.page.getByRole('alert').filter({ hasText: words.console.users.suspended(person.userName) })).toBeVisible();

    await suspended.page.context().clearCookies();
    await suspended.signIn.open();
    await suspended.signIn.fill(person.userName, person.password);
    await expect(suspended.signIn.error).toContainText(words.suspended);

    await admin.users.button('unsuspend', person.userName).click();
    await expect(admin.page.getByRole('alert').filter({ hasText: words.console.users.unsuspended(person.userName) })).toBeVisible();
    await suspended.signIn.as(person);
  },
);
