import { expect, test } from '../../fixtures.ts';

test('a seller pauses a sale with a message and resumes it, and a waiting shopper sees both at once', async ({
  merchant,
  shop,
  another,
  words,
}) => {
  const { cockpit } = merchant;
  const sale = await shop.newSale();
  const waiting = (await another()).visitor;
  await waiting.product.open(sale);
  await expect(waiting.product.grab).toBeEnabled();

  await cockpit.open(sale);
  await cockpit.do('pause', dialog => dialog.message.fill('We count again. / 正在清点库存。'));
  await expect(cockpit.shopMessage).toHaveText('We count again. / 正在清点库存。');
  await expect(waiting.product.sentence).toContainText(words.phase.paused);
  await expect(waiting.product.message).toHaveText('We count again. / 正在清点库存。');
  await expect(waiting.product.button).toBeDisabled();

  await cockpit.do('resume');
  await expect(waiting.product.sentence).toContainText(words.phase.open);
  await expect(waiting.product.message).toBeHidden();
  await waiting.product.grab.click();
  await expect(waiting.order.heading).toBeVisible();
  await expect(cockpit.state).toContainText(cockpit.number('awaiting', 1));
  await expect(cockpit.audit).toContainText([words.console.cockpit.audited.resume, words.console.cockpit.audited.pause]);
  await expect(cockpit.audit.last()).toContainText('We count again.');
});

test(
  'a seller adds units to a sold-out sale, and a waiting shopper can buy',
  { tag: '@desktop' },
  async ({ merchant, person, shop, another, words }) => {
    const { cockpit } = merchant;
    const sale = await shop.newSale({ units: 1 });
    await shop.pay(person, await shop.grab(person, sale));
    const waiting = (await another()).visitor;
    await waiting.product.open(sale);
    await expect(waiting.product.sentence).toContainText(words.phase.soldOut);

    await cockpit.open(sale);
    await expect(cockpit.state).toContainText(cockpit.number('left', 0));
    await cockpit.do('add', dialog => dialog.units.fill('2'));
    await expect(cockpit.state).toContainText(words.left(2, 3));

    await expect(waiting.product.sentence).toContainText(words.phase.open);
    await waiting.product.grab.click();
    await expect(waiting.order.heading).toBeVisible();
    await expect.poll(() => shop.account(sale)).toMatchObject({ units: 3, left: 1, awaitingPayment: 1, paid: 1, difference: 0 });
  },
);

test('a seller withdraws units, but never one that somebody holds', { tag: '@desktop' }, async ({ merchant, person, shop, words }) => {
  const { cockpit } = merchant;
  const sale = await shop.newSale({ units: 5, limit: 2 });
  await shop.grab(person, sale, 2);
  await cockpit.open(sale);
  await expect(cockpit.state).toContainText(words.left(3, 5));
  await cockpit.button('withdraw').click();
  await cockpit.units.fill('4');
  await cockpit.yes('withdraw').click();
  await expect(cockpit.units).toHaveAccessibleDescription(words.console.cockpit.onlyLeft(3));
  expect(await shop.account(sale)).toMatchObject({ units: 5, left: 3 });

  await cockpit.units.fill('3');
  await cockpit.yes('withdraw').click();
  await expect(cockpit.said('withdraw')).toBeVisible();
  await expect(cockpit.state).toContainText(words.left(0, 2));
  expect(await shop.account(sale)).toMatchObject({ units: 2, left: 0, awaitingPayment: 2, difference: 0 });
});

test('a seller who clicks twice changes the stock once', { tag: '@desktop' }, async ({ merchant, shop, words }) => {
  const { cockpit } = merchant;
  const sale = await shop.newSale({ units: 5 });
  await cockpit.open(sale);
  await cockpit.button('add').dblclick();
  await cockpit.units.fill('3');
  // Where a slow second click falls: beside the question, which stays.
  await merchant.page.mouse.click(5, 5);
  await cockpit.yes('add').dblclick();
  await expect(cockpit.said('add')).toBeVisible();
  await expect(cockpit.state).toContainText(words.left(8, 8));
  await expect(cockpit.audit).toHaveCount(1);
  expect(await shop.account(sale)).toMatchObject({ units: 8, left: 8, difference: 0 });
  expect(await shop.audit(sale)).toEqual(['add']);
});

test(
  'a seller moves the end and then ends the sale, and the trail tells who, when and what',
  { tag: '@desktop' },
  async ({ merchant, seller, shop, another, words }) => {
    const { cockpit } = merchant;
    const { audited } = words.console.cockpit;
    const sale = await shop.newSale({ lasts: 600 });
    const before = Date.parse((await shop.plan(sale)).endsAt);
    const watching = (await another()).visitor;
    await watching.product.open(sale);
    await expect(watching.product.grab).toBeEnabled();

    await cockpit.open(sale);
    await cockpit.button('prolong').click();
    await expect(cockpit.ends).toHaveAccessibleDescription(/UTC/);
    const offered = await cockpit.ends.inputValue();
    await cockpit.ends.fill('2020-01-01T10:00');
    await cockpit.yes('prolong').click();
    await expect(cockpit.ends, 'never into the past').toHaveAccessibleDescription(
      new RegExp(words.console.plan.endsRange.source.replace(/[$^]/g, '')),
    );
    await cockpit.ends.fill(offered);
    await cockpit.yes('prolong').click();
    await expect(cockpit.said('prolong')).toBeVisible();
    expect(Date.parse((await shop.plan(sale)).endsAt) - before).toBeGreaterThan(29 * 60_000);

    // Who thinks better of it has changed nothing.
    await cockpit.button('end').click();
    await cockpit.dialog.getByRole('button', { name: words.console.back }).click();
    await expect(cockpit.dialog).toBeHidden();
    await expect(watching.product.grab).toBeEnabled();

    await cockpit.button('end').click();
    await cockpit.yes('end').dblclick();
    await expect(cockpit.said('end')).toBeVisible();
    await expect(watching.product.sentence).toContainText(words.phase.ended);
    await expect(cockpit.button('pause')).toBeHidden();
    await expect(cockpit.button('end')).toBeHidden();
    await expect(cockpit.audit).toContainText([audited.end, audited.prolong]);
    await expect(cockpit.audit.first()).toContainText(seller.userName);
    expect(await shop.audit(sale)).toEqual(['end', 'prolong']);
  },
);

test(
  'a seller sees who watches, and which grabs are refused and why',
  { tag: '@desktop' },
  async ({ merchant, person, shop, another, words }) => {
    const { cockpit } = merchant;
    const sale = await shop.newSale({ limit: 1 });
    await cockpit.open(sale);
    await expect(cockpit.state).toContainText(cockpit.number('watching', 0));
    const { visitor } = await another();
    await visitor.product.open(sale);
    await expect(cockpit.state).toContainText(cockpit.number('watching', 1));

    await shop.grab(person, sale);
    for (let tries = 0; tries < 2; tries++) await expect(shop.grab(person, sale)).rejects.toThrow();
    await expect(cockpit.refusals.getByRole('row', { name: words.console.cockpit.refused.overLimit })).toHaveText(/2$/);
    await visitor.page.close();
    await expect(cockpit.state).toContainText(cockpit.number('watching', 0));
  },
);

test(
  'the cockpit follows the grabs by itself, and its charts are still there after a reload and after the sale',
  { tag: '@desktop' },
  async ({ merchant, person, shop, page, words }) => {
    const { cockpit } = merchant;
    const sale = await shop.newSale({ units: 6, limit: 4 });
    await cockpit.open(sale);
    await expect(cockpit.state).toContainText(cockpit.number('left', 6));

    const orderId = await shop.grab(person, sale, 2);
    await shop.grab(person, sale, 1);
    await expect(cockpit.state).toContainText(cockpit.number('left', 3));
    await expect(cockpit.state).toContainText(cockpit.number('awaiting', 3));
    await shop.pay(person, orderId);
    await expect(cockpit.state).toContainText(cockpit.number('paid', 2));
    await expect(cockpit.state).toContainText(cockpit.number('awaiting', 1));
    await expect(page.getByText(words.console.cockpit.difference(0))).toBeVisible();

    const last = async (): Promise<unknown> => (await shop.moments(sale)).at(-1);
    await expect.poll(last, 'a sample is taken every few seconds').toMatchObject({ left: 3, awaitingPayment: 1, paid: 2 });
    await expect(cockpit.history).toBeVisible();
    await page.reload();
    await expect(cockpit.history).toBeVisible();
    await expect(cockpit.grabs).toBeVisible();

    await shop.end(sale);
    await page.reload();
    await expect(page.getByText(words.console.cockpit.over)).toBeVisible();
    await expect(cockpit.history).toBeVisible();
    await cockpit.numbers.click();
    await expect(cockpit.numbersTable.getByRole('row').last().getByRole('cell')).toContainText([':', '3', '1', '2']);
  },
);
