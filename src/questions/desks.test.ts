import assert from 'node:assert/strict';
import { forBothDatabases } from '../../test/support/database.ts';
import { newDesk } from './contract.ts';
import { writeDesk } from './desks.ts';
import type { CodeQuestion } from './question.ts';
import { questionOf } from './testing/facts.ts';
import { blankCard, issue, openHall } from './testing/hall.ts';

forBothDatabases('whom to ask follows from what went wrong', async (database) => {
  const hall = await openHall(database);
  const { house, ask, submit } = hall;
  const names = {
    nameJa: '窓口',
    nameEn: 'Desk',
    hoursJa: '毎日',
    hoursEn: 'daily',
    phone: '0120-000-000',
  };
  const catalogue = house.catalogue.current();
  for (const whose of [{}, { product: 'gift' }, { seller: 'shop' }]) {
    const key = `desk-${Object.keys(whose)[0] ?? 'issuer'}`;
    const written = await writeDesk(
      house.desk,
      catalogue,
      'small',
      newDesk.parse({ key, ...names, ...whose }),
    );
    assert.ok(written.ok);
  }
  const unknown = await writeDesk(
    house.desk,
    catalogue,
    'small',
    newDesk.parse({ key: 'x', ...names, seller: 'nobody' }),
  );
  assert.deepEqual(unknown, { ok: false, refusal: 'seller_not_found' });
  await hall.refreshDesks();
  const deskOf = async (question: Partial<CodeQuestion>) => (await ask(question)).desk?.key;
  const { code } = await submit(issue(house));
  const card = { by: 'code', code } as const;
  assert.equal(await deskOf({ card }), 'desk-product');
  const [sellerId = 0] = house.catalogue.current().sellers.keys();
  const bought = { ...questionOf().bought, sellerId };
  const number = await blankCard(house);
  assert.equal(await deskOf({ card: number, bought }), 'desk-seller', 'the sale went wrong');
  assert.equal(await deskOf({ card: number }), 'desk-issuer', 'who sold it is not said');
  const posa = house.product('posa').productId;
  const wrong = { by: 'code', code: 'WRONG' } as const;
  assert.equal(await deskOf({ card: wrong, productId: posa }), 'desk-issuer');
  await house.close();
});
